import { beforeAll, describe, expect, it } from 'vitest'
import { crowdedFolders, cycles } from '../support/house/cycles.ts'
import { sourceFiles } from '../support/house/files.ts'
import { habitFaults, OWN_JSON, OWN_SLEEPS } from '../support/house/habits.ts'
import { roomFaults } from '../support/house/rooms.ts'
import { type Facts, factsOf } from '../support/house/source.ts'
import { BY_ID_ALONE, lookUpsByIdAlone, tenantFaults } from '../support/house/tenants.ts'

/** The faults of a file. */
function faultsOf(facts: Facts): string[] {
  return [...roomFaults(facts), ...habitFaults(facts), ...tenantFaults(facts)]
}

const one = (path: string, text: string) => faultsOf(factsOf({ path, text }))

describe('the source tree', () => {
  const files = sourceFiles()
  // Read once: parsing all files takes a second.
  let facts: readonly Facts[]
  beforeAll(() => {
    facts = files.map(factsOf)
  })

  it('is read completely', () => {
    expect(files.length).toBeGreaterThan(20)
    expect(files.map(file => file.path)).toEqual(
      expect.arrayContaining(['src/problem.ts', 'src/contract/all.ts', 'test/unit/architecture.test.ts']),
    )
  })

  it('follows its rules', () => {
    expect(facts.flatMap(faultsOf)).toEqual([])
  })

  it('excuses JSON only in files that read some', () => {
    const readers = facts.filter(({ path, calls }) => Object.hasOwn(OWN_JSON, path) && calls.includes('JSON.parse'))
    expect(readers.map(({ path }) => path).toSorted()).toEqual(Object.keys(OWN_JSON).toSorted())
  })

  it('excuses fixed waits only in files that have some', () => {
    const sleepers = facts.filter(({ path, sleeps }) => Object.hasOwn(OWN_SLEEPS, path) && sleeps.length > 0)
    expect(sleepers.map(({ path }) => path).toSorted()).toEqual(Object.keys(OWN_SLEEPS).toSorted())
  })

  it('excuses look-ups by an id alone only where they exist', () => {
    expect(facts.flatMap(lookUpsByIdAlone).toSorted()).toEqual(Object.keys(BY_ID_ALONE).toSorted())
  })

  it('has no import cycle, types included', () => {
    expect(cycles(facts)).toEqual([])
  })

  it('has no crowded folder', () => {
    expect(crowdedFolders(files.map(file => file.path))).toEqual([])
  })
})

describe('an import cycle', () => {
  const circle = (...texts: string[]) => cycles(texts.map((text, index) => factsOf({ path: `server/${index}.ts`, text })))

  it('is found, even if only types are imported', () => {
    expect(circle(`import type { B } from './1.ts'`, `import { c } from './2.ts'`, `import type { A } from './0.ts'`)).toEqual([
      'server/0.ts ⇄ server/1.ts ⇄ server/2.ts',
    ])
  })

  it('is not reported for a chain that ends', () => {
    expect(circle(`import { b } from './1.ts'`, `import { c } from './2.ts'`, '')).toEqual([])
  })
})

describe('a folder', () => {
  const folder = (count: number) => Array.from({ length: count }, (_, index) => `server/keys/${index}.ts`)

  it('has at most 25 entries', () => {
    expect(crowdedFolders(folder(25))).toEqual([])
    expect(crowdedFolders([...folder(25), 'server/keys/deep/x.ts'])).toEqual([expect.stringContaining('server/keys has 26')])
  })
})

describe('a room', () => {
  it.each([
    ['commands/vaults/list.ts', `import { x } from '../../src/client/client.ts'`],
    ['commands/vaults/list.ts', `import { x } from '../../server/main.ts'`],
    ['commands/vaults/list.ts', `const x = await import('../../server/main.ts')`],
    ['commands/vaults/list.ts', `import { Screen } from '../../src/views/screen.tsx'`],
    ['commands/ui.ts', `import { runUi } from '../src/cli/ui/run.ts'`],
    ['src/cli/output/printer.ts', `const x = await import('../ui/run.ts')`],
    ['src/cli/ui/run.ts', `import { showFullScreen } from '../../views/full-screen.tsx'`],
    ['commands/serve.ts', `const { main } = await import('../server/main.ts')`],
    ['src/cli/fast-path/serve.ts', `import { main } from '../../../server/main.ts'`],
    ['src/cli/fast-path/serve.ts', `const x = await import('../../../server/app.ts')`],
    ['src/problem.ts', `import type { X } from './contract/all.ts'`],
    ['src/crypto/blob.ts', `import { Problem } from '../problem.ts'`],
    ['src/contract/vaults.ts', `import { x } from '../client/client.ts'`],
    ['src/client/client.ts', `import { endpoints } from '../contract/all.ts'`],
    ['src/client/client.ts', `import { type Contract } from '../contract/all.ts'`],
    ['src/client/client.ts', `export { endpoints } from '../contract/all.ts'`],
    ['src/client/client.ts', `const all = await import('../contract/all.ts')`],
    ['src/cli/context/context.ts', `import type { Contract } from '../../contract/all.ts'`],
    ['src/cli/context/context.ts', 'await import(`../../commands/$' + '{name}.ts`)'],
    ['src/cli/context/context.ts', `const name = '../x.ts'; await import(name)`],
    ['src/views/list.tsx', `import { x } from '../client/client.ts'`],
    ['server/http/mount.ts', `import { x } from '../db/database.ts'`],
    ['server/policy/decide.ts', `import type { X } from '../http/mount.ts'`],
    ['server/db/unit/unit.ts', `type X = import('../../keys/keyring.ts').Keyring`],
    ['server/keys/worker-pool.ts', `new Worker(new URL('../db/worker.ts', import.meta.url))`],
    ['server/modules/vaults/service.ts', `import { x } from '../secrets/reading.ts'`],
    ['server/modules/vaults/service.ts', `import type { X } from '../secrets/service.ts'`],
    ['server/modules/vaults/service.ts', `import type { X } from '../../services.ts'`],
    ['server/config/config.ts', `import { x } from '../app.ts'`],
    ['server/keys/pkcs11/worker/worker.ts', `import { x } from '../link.ts'`],
    ['server/console/ui/data/x.tsx', `import { x } from '../../pages/agents/agent.ts'`],
    ['server/stores/vaults.ts', `import { x } from '../modules/vaults/service.ts'`],
    ['server/app.ts', `import { x } from '../src/cli/context/context.ts'`],
    ['server/console/app.tsx', `import { decide } from '../policy/decide.ts'`],
    ['src/path-pattern.ts', `import { Problem } from './problem.ts'`],
    ['server/app.ts', `import { x } from '../test/support/world.ts'`],
    ['server/console/app.tsx', `import { endpoints } from '../../src/contract/all.ts'`],
    ['server/console/app.tsx', `import { x } from '../app.ts'`],
    ['bin/run.js', `import '../dist/server/main.js'`],
    ['lib/new.ts', `export const x = 1`],
  ])('may not have this import: %s, %s', (path, text) => {
    expect(one(path, text)).toEqual([expect.stringContaining(path)])
  })

  it.each([
    [
      'commands/vaults/list.ts',
      `import { x } from '../../src/cli/context/context.ts'; import { Problem } from '../../src/problem.ts'; import { zod } from 'zod'`,
    ],
    ['commands/ui.ts', `const { runUi } = await import('../src/cli/ui/run.ts')`],
    ['commands/vaults/list.ts', `const { Screen } = await import('../../src/views/screen.tsx')`],
    ['src/cli/fast-path/serve.ts', `const { main } = await import('../../../server/main.ts')`],
    ['src/client/client.ts', `import type { Contract } from '../contract/all.ts'; import { ROUTES } from './routes.ts'`],
    [
      'server/modules/vaults/service.ts',
      `import type { X } from '../../stores/secrets.ts'; import { y } from './service.ts'; import { z } from '../../db/unit/unit.ts'`,
    ],
    ['server/app.ts', `import { routes } from './modules/vaults/routes.ts'; import { Problem } from '../src/problem.ts'`],
    ['server/console/app.tsx', `import { client } from '../../src/client/client.ts'; import './styles/base.css'`],
    ['server/console/policies/x.tsx', `import { matches } from '../../../src/path-pattern.ts'`],
    ['bin/run.js', `await import('../dist/src/cli/fast-path/run.js'); const text = "import('../dist/server/main.js')"`],
    ['test/api/world.ts', `import { app } from '../../server/app.ts'`],
  ])('may have this import: %s, %s', (path, text) => {
    expect(one(path, text)).toEqual([])
  })
})

describe('a look-up in a store', () => {
  const store = (method: string) => one('server/stores/vaults.ts', `export function vaultStore() { return { ${method} } }`)

  it.each([
    'byId: (id: string) => id',
    'async byId(id: string) {}',
    'remove: (secretId: string, now: number) => now',
    'page({ agentId, limit }: Page) {}',
    'update: (id: string, fields = {}) => fields',
  ])('by an id alone is refused: %s', method => {
    expect(store(method)).toEqual([expect.stringContaining('takes an id alone')])
  })

  it.each([
    'byId: (orgId: string, id: string) => id',
    'page({ orgId, agentId }: Page) {}',
    'latest: (vault: VaultPlace, secretId: string) => secretId',
    'revoke: (id: string, userId: string) => id',
    'ofUser: (userId: string) => userId',
    'ofAnyOrg: (id: string) => id',
    'placeOfAnyOrg: (id: string) => id',
    'byHash: (hash: string) => hash',
  ])('that takes or finds the owner is allowed: %s', method => {
    expect(store(method)).toEqual([])
  })

  it('is checked only in the stores', () => {
    expect(one('server/modules/vaults/service.ts', 'export function x() { return { byId: (id: string) => id } }')).toEqual([])
  })
})

describe('a rule for single files', () => {
  const lines = (count: number) => 'export const x = 1\n'.repeat(count)

  it.each([
    ['length', 'server/app.ts', lines(301)],
    ['length', 'src/contract/vaults.ts', lines(301)],
    ['a telling name', 'src/cli/utils.ts', ''],
    ['a telling folder', 'src/cli/common/x.ts', ''],
    ['no barrel', 'commands/vaults/index.ts', ''],
    ['a telling name', 'test/support/helpers.ts', ''],
    ['a telling name', 'server/types.ts', ''],
    ['named exports', 'server/app.ts', `export * from './services.ts'`],
    ['named exports', 'server/app.ts', `export * as all from './services.ts'`],
    ['settings from their homes', 'server/app.ts', `const { HOME } = process.env`],
    ['settings from their homes', 'server/app.ts', `const home = process['env'].HOME`],
    ['settings from their homes', 'server/app.ts', `import { env } from 'node:process'`],
    ['no module mocks', 'test/unit/x.test.ts', `vi.mock('./x.ts')`],
    ['routes by mount()', 'server/app.ts', `app.get('/x', handler)`],
    ['routes by mount()', 'server/modules/vaults/routes.ts', `fastify.route({ url: '/x' })`],
    ['routes by mount()', 'server/modules/vaults/routes.ts', `options.app.post('/x', handler)`],
    ['no ts-ignore', 'server/app.ts', `// @ts-${'ignore'}\nf()`],
    ['no ts-nocheck', 'server/app.ts', `/* @ts-${'nocheck'} */`],
    ['no cast to any', 'server/app.ts', `f(x as any)`],
    ['no cast to any', 'server/app.ts', `f(<any>x)`],
    ['no cast through unknown', 'server/app.ts', `f(x as unknown as Y)`],
    ['no cast through unknown', 'server/app.ts', `f((x as unknown) as Y)`],
    ['SQL in stores', 'server/modules/vaults/service.ts', `db.selectFrom('vaults')`],
    ['values from stores', 'server/modules/vaults/service.ts', `const list = JSON.parse(row.scopes)`],
    ['values from stores', 'server/policy/decide.ts', `const { scopes } = row; JSON.parse(scopes)`],
    ['flags from stores', 'server/modules/vaults/service.ts', `if (row.is_system === 1) f()`],
    ['flags from stores', 'server/http/checks.ts', `if (agent?.intents_api_enabled !== 0) f()`],
    ['flags from stores', 'server/modules/keys/cmek.ts', `if (is_system == 1) f()`],
    ['polls that keep no session', 'server/console/pages/overview/strips.tsx', `window.setInterval(look, 1000)`],
    ['no skipped test', 'test/unit/x.test.ts', `it.skip('x', f)`],
    ['no lonely test', 'test/unit/x.test.ts', `describe.only('x', f)`],
    ['no test to do', 'test/unit/x.test.ts', `test.each([1]).todo('x')`],
    ['no test that may be skipped', 'test/unit/x.test.ts', `describe.skipIf(true)('x', f)`],
    ['no fixed sleep', 'test/api/x.test.ts', `await new Promise(resolve => setTimeout(resolve, 300))`],
    ['no fixed sleep', 'test/support/x.ts', `import { setTimeout as pause } from 'node:timers/promises'; await pause(300)`],
    [
      'no fixed sleep in a list',
      'test/cli/x.test.ts',
      `for (const each of all) { await new Promise(done => { setTimeout(done, 5) }) }`,
    ],
    ['no page read once', 'test/browser/x.test.ts', `expect(await button('Save').count()).toBe(0)`],
    ['no exit from a command', 'commands/vaults/list.ts', `process.exit(1)`],
  ])('is enforced: %s in %s', (_, path, text) => {
    expect(one(path, text)).toEqual([expect.stringMatching(`^${path} `)])
  })

  it.each([
    ['length', 'server/app.ts', lines(300)],
    ['length of a migration', 'server/db/migrations/early/0001-initial.ts', lines(900)],
    ['length of a generated file', 'src/client/routes.ts', lines(900)],
    ['settings', 'server/config/config.ts', `const home = process.env`],
    ['settings', 'src/cli/context/context.ts', `const home = process.env`],
    ['settings', 'test/support/world.ts', `const home = process.env`],
    ['routes', 'server/http/mount.ts', `app.route({ url: '/x' })`],
    [
      'what only looks like it',
      'server/app.ts',
      `map.get('app.get()'); const text = 'x as any, vi.mock(), process.env'; f(x as unknown); f(x as const)`,
    ],
    ['a comment about it', 'server/app.ts', `// What @ts-${'ignore'} would hide here.`],
    ['JSON of its own', 'server/modules/chains/rpc.ts', `const reply = JSON.parse(body)`],
    ['JSON that a store decodes', 'server/stores/vaults.ts', `const list = JSON.parse(row.scopes); if (row.is_system === 1) f()`],
    ['numbers', 'server/modules/vaults/service.ts', `if (rows.length === 0 || number === 1) f()`],
    ['polls', 'server/console/ui/data/use-refreshed.ts', `setInterval(look, 1000)`],
    [
      'the pause of a loop',
      'test/api/x.test.ts',
      `while (!(await there())) await new Promise(resolve => setTimeout(resolve, 5))`,
    ],
    ['a limit', 'test/support/x.ts', `const timer = setTimeout(() => reject(new Error('in vain')), 30_000)`],
    [
      'a moment left to chance',
      'test/chaos/x.test.ts',
      `import { setTimeout as sleep } from 'node:timers/promises'; await sleep(Math.random() * 60)`,
    ],
    ['a page that is awaited', 'test/browser/x.test.ts', `await expect.poll(() => button('Save').count()).toBe(0)`],
    ['exit', 'server/main.ts', `process.exit(1)`],
  ])('allows this: %s in %s', (_, path, text) => {
    expect(one(path, text)).toEqual([])
  })

  it('fails for a file that does not parse', () => {
    expect(() => one('server/app.ts', 'const = 1')).toThrow('cannot be parsed')
  })
})
