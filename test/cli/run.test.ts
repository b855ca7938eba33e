import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Child, Supervision } from '../../src/cli/env/child.ts'
import { run } from '../../src/cli/fast-path/run.ts'
import type { Input } from '../../src/client/client.ts'
import { Problem } from '../../src/problem.ts'
import { fakeWorld, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-run-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const ENV = { ...SIGNED_IN, PATH: '/bin', ONECLAW_API_KEY: 'k' }

/** A vault whose secrets a test can change. */
function vaultOf(values: Record<string, string>) {
  const versions = new Map(Object.keys(values).map(path => [path, 1]))
  const meta = (path: string) => ({
    id: VAULT_ID,
    path,
    type: 'generic',
    version: versions.get(path) ?? 1,
    created_at: '2026-03-01T12:00:00Z',
  })
  // Resolves in a later turn, like a reply of a server, so that the test can continue without real time passing.
  const list = async () => {
    await setImmediate()
    return { status: 200, headers: {}, body: JSON.stringify({ secrets: Object.keys(values).map(meta) }) }
  }
  return {
    list,
    set(path: string, value: string) {
      values[path] = value
      versions.set(path, (versions.get(path) ?? 0) + 1)
    },
    replies: {
      'secrets.read-many': ({ body = {} }: Input<'secrets.read-many'>) => ({
        secrets: Object.entries(values)
          .filter(([path]) => (body.paths ? body.paths.includes(path) : path.startsWith(body.prefix ?? '')))
          .map(([path, value]) => ({ ...meta(path), value })),
      }),
    },
  }
}

/** Runs with a program that is only recorded; returns what would have been started. */
async function started(
  world: ReturnType<typeof fakeWorld>,
  flags: Parameters<typeof run>[3] = {},
  { paths = [], code = 0 }: { paths?: readonly string[]; code?: number } = {},
) {
  const children: Child[] = []
  const asked: Supervision[] = []
  const notes: string[] = []
  const launch = async (child: Child, { restart: _, ...supervision }: Supervision = {}) => {
    children.push(child)
    asked.push(supervision)
    return code
  }
  await run(world.context, paths, ['server', '--port', '1'], flags, { launch, note: text => notes.push(text), restart: () => {} })
  return { child: children[0] as Child, supervision: asked[0] as Supervision, notes }
}

describe('run', () => {
  it('starts the program with the secrets and without our credentials, and exits with its code', async () => {
    const world = fakeWorld({ env: ENV, replies: vaultOf({ 'prod/db-url': 'postgres://', 'prod/key': 'k' }).replies })
    const { child, supervision } = await started(world, {}, { code: 42 })
    expect({ ...child, env: { ...child.env } }).toEqual({
      command: 'server',
      args: ['--port', '1'],
      env: {
        PATH: '/bin',
        ONECLAW_API_URL: SIGNED_IN.ONECLAW_API_URL,
        ONECLAW_VAULT_ID: VAULT_ID,
        DB_URL: 'postgres://',
        KEY: 'k',
      },
      secrets: ['postgres://', 'k'],
      notes: '',
    })
    expect(supervision).toEqual({})
    expect(world.exitCode()).toBe(42)
    expect(world.asked.map(({ id }) => id)).toEqual(['secrets.read-many'])
  })

  it('merges an env file, in which only resolved references are secret', async () => {
    const file = join(folder, '.env')
    writeFileSync(file, `MODE=production\nDB=1claw://${VAULT_ID}/prod/db\n`)
    const world = fakeWorld({ env: ENV, cwd: folder, replies: vaultOf({ 'prod/db': 'x', 'prod/other': 'y' }).replies })
    const { child } = await started(world, { 'env-file': ['.env'] })
    expect([child.env['MODE'], child.env['DB'], child.env['OTHER'], child.secrets]).toEqual(['production', 'x', undefined, ['x']])
    await expect(started(world, { 'env-file': ['nope'] })).rejects.toMatchObject({
      code: 'usage',
      message: 'Cannot read the file nope: there is no such file.',
    })
  })

  it('keeps existing variables and names them, by default', async () => {
    const world = () => fakeWorld({ env: { ...ENV, DB: 'mine' }, replies: vaultOf({ db: 'theirs' }).replies })
    const { child } = await started(world())
    expect([child.env['DB'], child.notes]).toEqual([
      'mine',
      'note: already set and kept: DB (--overload uses the secrets instead).\n',
    ])
    const overloaded = await started(world(), { overload: true })
    expect([overloaded.child.env['DB'], overloaded.child.notes]).toEqual(['theirs', ''])
    expect((await started(world(), { quiet: true })).child.notes).toBe('')
  })

  it('masks for GitHub before any other output, even with --quiet', async () => {
    const env = { ...ENV, GITHUB_ACTIONS: 'true', DB: 'mine' }
    const { child } = await started(fakeWorld({ env, replies: vaultOf({ db: 'line one\nline two' }).replies }))
    expect(child.notes.split('\n').slice(0, 4)).toEqual([
      '::add-mask::line one%0Aline two',
      '::add-mask::line one',
      '::add-mask::line two',
      'note: already set and kept: DB (--overload uses the secrets instead).',
    ])
    const quiet = await started(fakeWorld({ env, replies: vaultOf({ db: 'value' }).replies }), { quiet: true })
    expect(quiet.child.notes).toBe('::add-mask::value\n')
  })

  it('reports that there was nothing to pass on', async () => {
    const { child } = await started(fakeWorld({ env: ENV, replies: vaultOf({}).replies }))
    expect(child.notes).toBe('note: no secrets to pass to the program.\n')
  })

  it('passes on --mask and --pristine', async () => {
    const world = fakeWorld({ env: { ...ENV, NOISE: '1' }, replies: vaultOf({ db: 'x' }).replies })
    const { child, supervision } = await started(world, { mask: 'pipes', pristine: true })
    expect([supervision, { ...child.env }]).toEqual([{ mask: 'pipes' }, { PATH: '/bin', DB: 'x' }])
  })

  it('restarts the child with --watch when a version changes, and not before', async () => {
    const vault = vaultOf({ 'prod/db': 'old', 'test/db': 'x' })
    const world = fakeWorld({ env: ENV, replies: vault.replies, raw: vault.list })
    const { supervision } = await started(world, { watch: true, prefix: 'prod/' })
    const lists = () => world.asked.filter(({ id }) => id === `GET /v1/vaults/${VAULT_ID}/secrets`).length
    const next = supervision.nextChild?.(new AbortController().signal)
    await expect.poll(lists).toBeGreaterThan(2)
    vault.set('test/db', 'changed elsewhere')
    const seen = lists()
    await expect.poll(lists).toBeGreaterThan(seen + 1)
    expect(world.asked.filter(({ id }) => id === 'secrets.read-many')).toHaveLength(1)
    vault.set('prod/db', 'new')
    const child = await next
    expect([child?.env['DB'], child?.secrets, child?.notes]).toEqual([
      'new',
      ['new'],
      'note: a secret has changed; restarting server.\n',
    ])
    expect(world.slept.every(ms => ms === 5000)).toBe(true)
  })

  it('keeps the program running when watching fails for a while, and stops watching when it ends', async () => {
    const vault = vaultOf({ db: 'old' })
    let down = 0
    const raw = () => (down-- > 0 ? Promise.reject(new Problem('server.unreachable', 'gone for now')) : vault.list())
    const world = fakeWorld({ env: ENV, replies: vault.replies, raw })
    const { supervision, notes } = await started(world, { watch: true })
    down = 3
    vault.set('db', 'new')
    expect((await supervision.nextChild?.(new AbortController().signal))?.env['DB']).toBe('new')
    expect(notes).toEqual([
      'note: cannot check for changed secrets: gone for now\n',
      'note: checking for changed secrets again.\n',
    ])
    const ended = new AbortController()
    const next = supervision.nextChild?.(ended.signal)
    ended.abort()
    await expect(next).rejects.toBe(ended.signal.reason)
  })
})

describe('the arguments of run', () => {
  it.each([
    [['run'], 'No program given.'],
    [['run', '--'], 'No program given.'],
    [['run', 'npm', 'start'], 'No program given.'],
    [['run', '--nope', '--', 'true'], '--nope'],
    [['run', '--name', 'other', '--', 'true'], '--name'],
  ])('are refused: %j', async (words, said) => {
    const world = fakeWorld({ env: ENV })
    await runCommand(world.context, ...words)
    expect(world.exitCode()).toBe(2)
    expect(world.stderr()).toContain(said)
    expect(world.asked).toEqual([])
  })

  it('need a sign-in before the program starts', async () => {
    const world = fakeWorld({ env: { PATH: '/bin' } })
    await runCommand(world.context, 'run', '--', 'true')
    expect([world.exitCode(), world.stderr()]).toEqual([
      4,
      expect.stringContaining('Not authenticated. Run `1claw login` first.'),
    ])
  })
})
