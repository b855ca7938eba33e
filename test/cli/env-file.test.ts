import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Input } from '../../src/client/client.ts'
import { fakeWorld, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

let folder = ''
let stored: Record<string, { value: string; version: number; type?: string }> = {}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-env-file-'))
  stored = {
    'prod/db-url': { value: 'postgres://u:p@h/db', version: 1 },
    'prod/token': { value: 'two words', version: 2 },
    'prod/bundle': { value: 'IN=1', version: 1, type: 'env_bundle' },
  }
})
afterEach(() => rmSync(folder, { recursive: true }))

const about = (path: string) => ({
  id: VAULT_ID,
  path,
  type: 'generic',
  created_at: '2026-03-01T12:00:00Z',
  ...stored[path],
  version: stored[path]?.version ?? 1,
})
const under = (prefix = '') => Object.keys(stored).filter(path => path.startsWith(prefix))
const replies = {
  'vaults.get': () => ({ id: VAULT_ID, name: 'own', created_at: '2026-03-01T12:00:00Z', cmek_enabled: false }),
  'secrets.list': ({ query }: Input<'secrets.list'>) => ({ secrets: under(query?.prefix).map(about) }),
  'secrets.read-many': ({ body = {} }: Input<'secrets.read-many'>) => ({
    secrets: (body.paths ?? under(body.prefix)).map(path => ({ ...about(path), value: stored[path]?.value ?? '' })),
  }),
  'secrets.put': ({ params, body }: Input<'secrets.put'>) => {
    stored[params.path] = { value: body.value, version: (stored[params.path]?.version ?? 0) + 1 }
    return about(params.path)
  },
}

async function ran(...words: string[]) {
  const world = fakeWorld({ env: SIGNED_IN, replies, cwd: folder, configDir: join(folder, 'config') })
  await runCommand(world.context, ...words)
  return { out: world.stdout(), err: world.stderr(), code: world.exitCode() }
}

const file = (name = '.env') => join(folder, name)
const text = (name?: string) => readFileSync(file(name), 'utf8')
const write = (content: string, name?: string) => writeFileSync(file(name), content)
const PULLED = "DB_URL=postgres://u:p@h/db\nTOKEN='two words'\nIN=1\n"
const git = (...words: string[]) => spawnSync('git', words, { cwd: folder })

describe('env pull', () => {
  it('writes what export writes, for its owner only', async () => {
    expect(await ran('env', 'pull')).toMatchObject({ code: 0, out: '', err: 'Wrote 3 variables to .env.\n' })
    expect([text(), statSync(file()).mode & 0o777]).toEqual([PULLED, 0o600])
    expect((await ran('export', '--format', 'dotenv')).out).toBe(PULLED)
    await ran('env', 'pull', 'prod/token', '--out-file', 'other.env')
    const { out, err } = await ran('env', 'pull', '--json')
    expect([JSON.parse(out), err]).toEqual([{ file: '.env', written: false, variables: ['DB_URL', 'TOKEN', 'IN'] }, ''])
    expect(text('other.env')).toBe("TOKEN='two words'\n")
  })

  it('keeps a file with other content without --force', async () => {
    write('A=mine\n')
    const refused = await ran('env', 'pull')
    expect(refused).toMatchObject({ code: 6, err: expect.stringContaining('.env exists with different content.') })
    expect([refused.err.includes('--merge'), text()]).toEqual([true, 'A=mine\n'])
    expect((await ran('env', 'pull', '--force')).code).toBe(0)
    expect(text()).toBe(PULLED)
    expect(await ran('env', 'pull')).toMatchObject({ code: 0, err: '.env is up to date.\n' })
  })

  it('merges by replacing only what comes from the vault, and keeps comments, references and other variables', async () => {
    write('# about\nTOKEN="old\nof two lines"\nOWN=1\nexport DB_URL=old\nIN=1claw://prod/x\nLAST=2')
    expect((await ran('env', 'pull', '--merge')).code).toBe(0)
    const merged = "# about\nOWN=1\nIN=1claw://prod/x\nLAST=2\nDB_URL=postgres://u:p@h/db\nTOKEN='two words'\n"
    expect(text()).toBe(merged)
    expect(await ran('env', 'pull', '--merge')).toMatchObject({ err: '.env is up to date.\n' })
    expect(text()).toBe(merged)
  })

  it('does not merge a file that it cannot parse', async () => {
    const odd = '=TOKEN=a\n'
    write(odd)
    const { code, err } = await ran('env', 'pull', '--merge')
    expect([code, text()]).toEqual([2, odd])
    expect(err).toContain('are ambiguous')
  })

  it('warns of a file that Git would commit', async () => {
    git('init', '--quiet')
    expect((await ran('env', 'pull')).err).toContain('note: git does not ignore .env. Add it to .gitignore')
    write('.env\n', '.gitignore')
    expect((await ran('env', 'pull', '--force')).err).toBe('.env is up to date.\n')
  })
})

describe('env push', () => {
  it('writes each variable to the secret that it was pulled from, and new ones under their names', async () => {
    await ran('env', 'pull')
    write(`${text().replace('two words', 'three')}NEW=n\nREF=1claw://prod/x\n`)
    const plan = await ran('env', 'push', '--dry-run', '--output', 'plain')
    expect(plan.out).toBe('prod/db-url\tDB_URL\tunchanged\nNEW\tNEW\tcreate\nprod/token\tTOKEN\texists with another value\n')
    expect(plan.err).toContain('Left out, because they are part of an env_bundle: IN.')
    expect(plan.err).toContain('Left out, because these are references: REF.')
    expect((await ran('env', 'push', '--no-input')).code).not.toBe(0)
    expect((await ran('env', 'push', '--on-conflict', 'new-version')).err).toContain('Imported 2 secrets.')
    expect(Object.fromEntries(Object.entries(stored).map(([path, { value }]) => [path, value]))).toEqual({
      'prod/db-url': 'postgres://u:p@h/db',
      'prod/token': 'three',
      'prod/bundle': 'IN=1',
      NEW: 'n',
    })
    expect((await ran('env', 'push')).err).toContain('Nothing to do.')
  })

  it('writes only what is under the prefix or mapped', async () => {
    stored['test/token'] = { value: 't', version: 1 }
    write('TOKEN=x\nOTHER=y\n', 'a.env')
    expect(await ran('env', 'push', 'a.env')).toMatchObject({
      code: 2,
      err: expect.stringContaining('TOKEN could be prod/token or test/token'),
    })
    const plan = await ran(
      'env',
      'push',
      'a.env',
      '--prefix',
      'test/',
      '--map',
      'OTHER=deep/other',
      '--dry-run',
      '--output',
      'plain',
    )
    expect(plan.out).toBe('test/deep/other\tOTHER\tcreate\ntest/token\tTOKEN\texists with another value\n')
  })

  it('reports that there is no file', async () => {
    expect(await ran('env', 'push')).toMatchObject({ code: 2, err: expect.stringContaining('Cannot read the file .env') })
  })
})
