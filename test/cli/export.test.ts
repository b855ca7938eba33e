import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Input } from '../../src/client/client.ts'
import { fakeWorld, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-export-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const VALUES: Record<string, string> = { 'prod/db-url': "it's", 'prod/key': 'two\nlines' }

const replies = {
  'secrets.read-many': ({ body = {} }: Input<'secrets.read-many'>) => ({
    secrets: Object.entries(VALUES)
      .filter(([path]) => (body.paths ? body.paths.includes(path) : path.startsWith(body.prefix ?? '')))
      .map(([path, value]) => ({ id: VAULT_ID, path, value, type: 'generic', version: 1, created_at: '2026-03-01T12:00:00Z' })),
  }),
}

async function exported(words: readonly string[], env: Record<string, string> = {}) {
  const world = fakeWorld({ env: { ...SIGNED_IN, ...env }, replies })
  await runCommand(world.context, 'export', ...words)
  return { out: world.stdout(), err: world.stderr(), code: world.exitCode(), asked: world.asked }
}

describe('export', () => {
  it.each([
    [[], `DB_URL="it's"\nKEY='two\nlines'\n`],
    [['--format', 'shell'], `export DB_URL='it'\\''s'\nexport KEY='two\nlines'\n`],
    [['--format', 'json'], '{\n  "DB_URL": "it\'s",\n  "KEY": "two\\nlines"\n}\n'],
    [['--json'], '{\n  "DB_URL": "it\'s",\n  "KEY": "two\\nlines"\n}\n'],
    [['prod/db-url', '--name', 'path', '--format', 'docker'], "PROD_DB_URL=it's\n"],
  ])('%j', async (words, text) => {
    expect(await exported(words)).toMatchObject({ out: text, err: '', code: 0 })
  })

  it('reads each secret once', async () => {
    expect((await exported([])).asked.map(({ id }) => id)).toEqual(['secrets.read-many'])
  })

  it('writes a file that only its owner can read, and nothing to stdout', async () => {
    const file = join(folder, '.env')
    writeFileSync(file, 'before', { mode: 0o644 })
    const { out, err } = await exported(['--format', 'shell', '--out-file', file])
    expect([out, err]).toEqual(['', `Wrote 2 variables to ${file}.\n`])
    expect(readFileSync(file, 'utf8')).toContain('export DB_URL=')
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('prints nothing at all when one value cannot be expressed, and names it', async () => {
    const { out, err, code } = await exported(['--format', 'docker'])
    expect([out, code]).toEqual(['', 2])
    expect(err).toContain('prod/key')
    expect(err).not.toContain('two')
  })

  it('masks values in GitHub Actions on stderr, so that eval does not see the commands', async () => {
    const { out, err } = await exported(['--format', 'shell'], { GITHUB_ACTIONS: 'true' })
    expect(out.startsWith('export ')).toBe(true)
    expect(err).toBe(`::add-mask::it's\n::add-mask::two%0Alines\n::add-mask::lines\n`)
  })

  it('adds to the job’s environment file', async () => {
    const file = join(folder, 'github-env')
    writeFileSync(file, 'BEFORE=1\n')
    const { out, code } = await exported(['prod/key', '--format', 'github', '--quiet'], {
      GITHUB_ACTIONS: 'true',
      GITHUB_ENV: file,
    })
    expect([out, code]).toEqual(['', 0])
    expect(readFileSync(file, 'utf8')).toMatch(/^BEFORE=1\nKEY<<(\S+)\ntwo\nlines\n\1\n$/)
  })

  it('says which file of the job cannot be written', async () => {
    const file = join(folder, 'none', 'github-env')
    const { err, code } = await exported(['prod/key', '--format', 'github'], { GITHUB_ACTIONS: 'true', GITHUB_ENV: file })
    expect([code, err]).toEqual([2, expect.stringContaining(`${file} cannot be written: its folder does not exist.`)])
  })

  it('sets outputs of a step', async () => {
    const file = join(folder, 'github-output')
    const { err } = await exported(['prod/key', '--format', 'github', '--github-output'], { GITHUB_OUTPUT: file })
    expect(readFileSync(file, 'utf8')).toMatch(/^KEY<<(\S+)\ntwo\nlines\n\1\n$/)
    expect(err).toContain('Set 1 output of this step.')
  })

  it('names a Kubernetes Secret', async () => {
    expect((await exported(['--format', 'k8s', '--k8s-name', 'shop'])).out).toContain('name: "shop"')
    expect(await exported(['--format', 'k8s', '--k8s-name', 'Shop'])).toMatchObject({ out: '', code: 2 })
  })

  it.each([
    [['--format', 'github']],
    [['--format', 'toml']],
    [['--k8s-name', 'x']],
    [['--github-output']],
    [['--format', 'github', '--github-output']],
    [['--output', 'csv']],
    [['--json', '--format', 'shell']],
    [['--format', 'github', '--out-file', 'x']],
  ])('refuses %j', async words => {
    expect(await exported(words)).toMatchObject({ code: 2, out: words.includes('--json') ? expect.any(String) : '', asked: [] })
  })
})
