import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Input } from '../../src/client/client.ts'
import { Problem } from '../../src/problem.ts'
import { fakeWorld, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-references-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const VALUES: Record<string, string> = {
  'db/login': '{"user":"app","password":"p\'w"}',
  token: 's3cret',
  blob: '/wCA',
  old: 'x',
  off: 'x',
}

const about = (path: string) => ({ id: VAULT_ID, path, type: 'generic', version: 2, created_at: '2026-03-01T12:00:00Z' })

const replies = {
  'vaults.list': () => ({ vaults: [{ id: VAULT_ID, name: 'prod', created_at: '2026-03-01T12:00:00Z', cmek_enabled: false }] }),
  'secrets.read-many': ({ body = {} }: Input<'secrets.read-many'>) => ({
    secrets: (body.paths ?? []).map(path => {
      if (VALUES[path] === undefined) throw new Problem('resource.unknown', `There is no secret ${path}.`)
      return { ...about(path), value: VALUES[path] }
    }),
  }),
  'secrets.version': ({ params }: Input<'secrets.version'>) => ({
    ...about(params.path),
    version: params.version,
    value: 'first',
  }),
  'secrets.versions': ({ params }: Input<'secrets.versions'>) => ({
    versions: [about(params.path), { ...about(params.path), version: 1, is_disabled: true }],
  }),
  'secrets.list': () => ({
    secrets: [
      about('token'),
      about('db/login'),
      { ...about('old'), expires_at: '2026-02-01T00:00:00Z' },
      { ...about('off'), is_disabled: true },
    ],
  }),
}

async function ran(words: readonly string[], options: Parameters<typeof fakeWorld>[0] = {}) {
  const world = fakeWorld({ env: SIGNED_IN, replies, cwd: folder, ...options })
  await runCommand(world.context, ...words)
  return { out: world.stdout(), bytes: world.stdoutBytes(), err: world.stderr(), code: world.exitCode(), asked: world.asked }
}

describe('read', () => {
  it.each([
    ['1claw://prod/token', 's3cret'],
    ['token', 's3cret'],
    ['1claw://prod/token?version=1', 'first'],
    ['1claw://prod/db%2Flogin?field=password', "p'w"],
    ['1claw://prod/token?encoding=base64', 'czNjcmV0'],
  ])('%s', async (reference, value) => {
    expect(await ran(['read', reference])).toMatchObject({ out: value, err: '', code: 0 })
  })

  it('writes bytes to a pipe or a file, and refuses them on a terminal', async () => {
    const words = ['read', '1claw://prod/blob', '--encoding', 'base64-decode']
    expect([...(await ran(words)).bytes]).toEqual([0xff, 0, 0x80])
    const file = join(folder, 'blob')
    await ran([...words, '--out-file', file])
    expect([...readFileSync(file)]).toEqual([0xff, 0, 0x80])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(await ran(words, { tty: true })).toMatchObject({ out: '', code: 2 })
  })

  it('adds a line break only on a terminal, and can print JSON', async () => {
    expect((await ran(['read', 'token'], { tty: true })).out).toBe('s3cret\n')
    const { out } = await ran(['read', '1claw://prod/token?version=1', '--json'])
    expect(JSON.parse(out)).toEqual({ reference: '1claw://prod/token?version=1', path: 'token', version: 1, value: 'first' })
  })

  it.each([
    [{ GITHUB_ACTIONS: 'true' }, '::add-mask::first%25\n::add-mask::Zmlyc3Ql\n'],
    [{ TF_BUILD: 'True' }, '##vso[task.setsecret]first%AZP25\n##vso[task.setsecret]Zmlyc3Ql\n'],
    [{ GITLAB_CI: 'true' }, ''],
  ])('masks the value in the log of %o before it is printed', async (ci, masks) => {
    const { out, err } = await ran(['read', '1claw://prod/token?version=1&encoding=base64'], {
      env: { ...SIGNED_IN, ...ci },
      replies: { ...replies, 'secrets.version': () => ({ ...about('token'), value: 'first%' }) },
    })
    expect([out, err]).toEqual(['Zmlyc3Ql', masks])
  })

  it('says which field is missing, without the value', async () => {
    const { err, code } = await ran(['read', '1claw://prod/db/login?field=host'])
    expect([err.includes('db/login has no field "host"'), err.includes("p'w"), code]).toEqual([true, false, 3])
  })
})

describe('inject', () => {
  it('fills in a template from stdin', async () => {
    const stdin = `a={{ 1claw://prod/token | shell }}\nb={{ 1claw://prod/db/login?field=user }} {{ .other }}\n`
    const { out, asked } = await ran(['inject'], { stdin })
    expect(out).toBe("a='s3cret'\nb=app {{ .other }}\n")
    expect(asked.filter(({ id }) => id === 'secrets.read-many')).toHaveLength(1)
  })

  it('writes a file with the requested permissions', async () => {
    writeFileSync(join(folder, 'in'), '{{ 1claw://prod/token }}')
    chmodSync(join(folder, 'in'), 0o644)
    const modeAfter = async (...words: string[]) => {
      const { out } = await ran(['inject', '-i', 'in', '-o', 'out', ...words])
      expect(out).toBe('')
      expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('s3cret')
      return statSync(join(folder, 'out')).mode & 0o777
    }
    expect(await modeAfter()).toBe(0o600)
    expect(await modeAfter('--file-mode', '0640')).toBe(0o640)
  })

  it('uses a default only for a missing secret or field', async () => {
    const filled = async (stdin: string) => ran(['inject'], { stdin })
    expect((await filled('{{ 1claw://prod/none | default "d" | base64 }}')).out).toBe('ZA==')
    expect((await filled('{{ 1claw://prod/db/login?field=host | default "h" }}')).out).toBe('h')
    expect((await filled('{{ 1claw://prod/token | default "d" }}')).out).toBe('s3cret')
    expect(await filled('{{ 1claw://prdo/token | default "d" }}')).toMatchObject({ out: '', code: 3 })
    expect(await filled('{{ 1claw://prod/token?field=x | default "d" }}')).toMatchObject({ out: '', code: 2 })
  })

  it('writes nothing when one value cannot be read', async () => {
    writeFileSync(join(folder, 'in'), '{{ 1claw://prod/token }}{{ 1claw://prod/none }}')
    writeFileSync(join(folder, 'out'), 'before')
    expect((await ran(['inject', '-i', 'in', '-o', 'out'])).code).toBe(3)
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('before')
  })

  it('masks its output in GitHub Actions', async () => {
    const { err } = await ran(['inject'], {
      stdin: '{{ 1claw://prod/token | base64 }}',
      env: { ...SIGNED_IN, GITHUB_ACTIONS: 'true' },
    })
    expect(err).toBe('::add-mask::s3cret\n::add-mask::czNjcmV0\n')
  })

  it('does not write over its template through a link', async () => {
    writeFileSync(join(folder, 'in'), '{{ 1claw://prod/token }}')
    symlinkSync('in', join(folder, 'link'))
    symlinkSync('.', join(folder, 'here'))
    for (const out of ['link', 'here/in'])
      expect(await ran(['inject', '-i', 'in', '-o', out])).toMatchObject({ code: 2, asked: [] })
    expect(await ran(['inject', '-i', 'link', '-o', 'in'])).toMatchObject({ code: 2, asked: [] })
    expect(readFileSync(join(folder, 'in'), 'utf8')).toBe('{{ 1claw://prod/token }}')
  })

  it.each([
    [['-i', 'in', '-o', 'in']],
    [['-i', 'nowhere']],
    [['-i', 'in', '--file-mode', '0600']],
    [['-i', 'in', '-o', 'out', '--file-mode', '999']],
  ])('refuses %j before any request', async words => {
    writeFileSync(join(folder, 'in'), '{{ 1claw://prod/token }}')
    expect(await ran(['inject', ...words])).toMatchObject({ code: 2, out: '', asked: [] })
    expect(readFileSync(join(folder, 'in'), 'utf8')).toBe('{{ 1claw://prod/token }}')
  })
})

describe('refs check', () => {
  const put = (name: string, text: string) => {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }

  it('reports for every reference in a tree whether it resolves, and reads no value', async () => {
    put('a.env', 'A=1claw://prod/token\nB="1claw://prod/none"\n')
    put(
      'deep/b.md',
      'See (1claw://prod/old), 1claw://prod/off. 1claw://nope/x\n1claw://prod/token?version=1 1claw://prod/token?version=9',
    )
    put('deep/c.yml', 'x: 1claw://prod/db/login?field=user&encoding=hex\ny: 1claw://prod')
    put('node_modules/x.js', '1claw://prod/none')
    put('data', '1claw://prod/none\0')
    const { out, code, asked } = await ran(['refs', 'check', '--json'])
    expect(code).toBe(10)
    expect(
      (JSON.parse(out) as { file: string; line: number; ok: boolean; detail: string }[]).map(each => [
        each.file,
        each.line,
        each.ok,
        each.detail,
      ]),
    ).toEqual([
      ['a.env', 1, true, 'version 2'],
      ['a.env', 2, false, 'There is no such secret, or you cannot read it.'],
      ['deep/b.md', 1, false, 'It expired on 2026-02-01T00:00:00Z.'],
      ['deep/b.md', 1, false, 'Version 2 is disabled.'],
      ['deep/b.md', 1, false, 'You have no access to a vault named "nope".'],
      ['deep/b.md', 2, false, 'Version 1 is disabled.'],
      ['deep/b.md', 2, false, 'There is no version 9; the newest is 2.'],
      ['deep/c.yml', 1, true, 'version 2; the field is checked only when it is read'],
      ['deep/c.yml', 2, false, expect.stringContaining('not a valid reference')],
    ])
    expect(asked.filter(({ id }) => /\.(get|version|read-many)$/.test(id))).toEqual([])
    expect(asked.filter(({ id }) => id === 'secrets.list')).toHaveLength(1)
  })

  it('exits with 0 when all references resolve, and skips what is excluded', async () => {
    put('a.env', 'A=1claw://prod/token\n')
    put('docs/b.md', '1claw://prod/none')
    expect(await ran(['refs', 'check', '--exclude', 'docs/*'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('a.env:1'),
    })
    expect((await ran(['refs', 'check', 'a.env'])).code).toBe(0)
    expect(await ran(['refs', 'check', 'nowhere'])).toMatchObject({ code: 2 })
  })

  it('takes the scheme alone for no reference: it stands in code, and before variables', async () => {
    put(
      'a.ts',
      "text.startsWith('1claw://') // such as 1claw://$VAULT/x, 1claw://<vault>/<path>, 1claw://{{ vault }}/x\n1claw:///x",
    )
    const { out, code } = await ran(['refs', 'check', '--json'])
    expect([code, (JSON.parse(out) as { text: string }[]).map(({ text }) => text)]).toEqual([10, ['1claw:///x']])
  })

  it('does not pass over a folder that it cannot open, unless it is excluded', async () => {
    put('a.env', 'A=1claw://prod/token\n')
    // Deeper than the maximum length of a path, so that even the superuser cannot open it.
    const deep = (name: string) => join(name, ...Array.from({ length: 12 }, () => 'd'.repeat(200)))
    const [outer, inner] = [join(folder, deep('closed')), join(folder, 'inner')]
    for (const path of [outer, join(folder, deep('inner'))]) mkdirSync(path, { recursive: true })
    renameSync(inner, join(outer, 'inner'))
    expect(await ran(['refs', 'check'])).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringMatching(/cannot be read.*\n.*--exclude/),
    })
    expect((await ran(['refs', 'check', '--exclude', 'closed/*'])).code).toBe(0)
  })

  it('accepts a missing secret that has a default in a template', async () => {
    put('a.tpl', '{{ 1claw://prod/none | default "x" | json }} {{- 1claw://prod/none|base64 | default \'y\' }}')
    expect((await ran(['refs', 'check', 'a.tpl'])).code).toBe(0)
    for (const text of [
      '{{ 1claw://prod/none | json }}',
      '1claw://prod/none | default "x"',
      '{{ 1claw://nope/x | default "x" }}',
    ]) {
      put('a.tpl', text)
      expect((await ran(['refs', 'check', 'a.tpl'])).code).toBe(10)
    }
  })

  it('sends no request when there are no references', async () => {
    expect(await ran(['refs', 'check'])).toMatchObject({
      code: 0,
      out: '',
      asked: [],
      err: 'There are no references in these files.\n',
    })
  })
})
