import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Input, Reply } from '../../src/client/client.ts'
import { Problem } from '../../src/problem.ts'
import { fakeWorld, ORG_ID, SIGNED_IN, USER_ID, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-friction-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const secret = (path: string, more = {}) => ({
  id: VAULT_ID,
  path,
  type: 'generic',
  version: 1,
  created_at: '2026-03-01T12:00:00Z',
  ...more,
})

type Options = Parameters<typeof fakeWorld>[0] & {}

async function ran(words: readonly string[], options: Options) {
  const world = fakeWorld({ env: SIGNED_IN, cwd: folder, ...options })
  await runCommand(world.context, ...words)
  return { out: world.stdout(), err: world.stderr(), code: world.exitCode(), asked: world.asked, questions: world.questions }
}

describe('secrets get of several paths', () => {
  const VALUES: Record<string, string> = { a: '1', b: 'two words', c: 'two\nlines' }
  const replies = {
    'secrets.read-many': ({ body = {} }: Input<'secrets.read-many'>) => ({
      secrets: (body.paths ?? []).toReversed().map(path => ({ ...secret(path), value: VALUES[path] ?? '' })),
    }),
  }
  const get = (...words: string[]) => ran(['secrets', 'get', ...words], { replies })

  it('sends one request, and prints one value a line in the order of the arguments', async () => {
    const { out, asked } = await get('b', 'a')
    expect([out, asked.length]).toEqual(['two words\n1\n', 1])
  })

  it('masks the values in the log of a CI system first', async () => {
    const { err } = await ran(['secrets', 'get', 'a', 'b'], { replies, env: { ...SIGNED_IN, GITHUB_ACTIONS: 'true' } })
    expect(err).toBe('::add-mask::1\n::add-mask::two words\n')
  })

  it('prints a list as JSON', async () => {
    const { out } = await get('a', 'c', '--json')
    expect((JSON.parse(out) as Reply<'secrets.get'>[]).map(({ path, value }) => [path, value])).toEqual([
      ['a', '1'],
      ['c', 'two\nlines'],
    ])
  })

  it('refuses a value of several lines, and prints nothing', async () => {
    const { out, err, code } = await get('a', 'c')
    expect([out, code, err.includes('c has more than one line')]).toEqual(['', 2, true])
  })

  it.each([[['a', 'b', '--version', '2']], [['a', 'b', '--out-file', 'x']], [['a', 'a']]])('refuses %j', async words => {
    expect(await get(...words)).toMatchObject({ code: 2, asked: [] })
  })
})

it.each(['whoami', 'secrets list', 'secrets get a'])('%s refuses two forms of an answer', async line => {
  expect(await ran([...line.split(' '), '--json', '--output', 'csv'], {})).toMatchObject({ code: 2, asked: [] })
})

describe('secrets set of several', () => {
  const written: Record<string, string> = {}
  const replies = {
    'vaults.get': () => ({ id: VAULT_ID, name: 'v', created_at: '2026-03-01T12:00:00Z', cmek_enabled: false }),
    'secrets.put': ({ params, body }: Input<'secrets.put'>) => {
      written[params.path] = body.value
      return secret(params.path)
    },
  }
  const set = async (words: string[], options: Options = {}) => {
    for (const path of Object.keys(written)) delete written[path]
    return ran(['secrets', 'set', ...words], { replies, ...options })
  }

  it('accepts files, stdin and prompts', async () => {
    writeFileSync(join(folder, 'f'), 'from file')
    await set([`a=@${join(folder, 'f')}`, 'b=-'], { stdin: 'from stdin' })
    expect(written).toEqual({ a: 'from file', b: 'from stdin' })
    const { questions } = await set(['a=', 'b='], { tty: true, answers: ['one', 'two'] })
    expect([written, questions]).toEqual([{ a: 'one', b: 'two' }, ['Value of a', 'Value of b']])
  })

  it('writes nothing when one value is not available', async () => {
    expect((await set(['a=-', 'b=@/nowhere'], { stdin: 'x' })).code).toBe(2)
    expect(written).toEqual({})
  })

  it.each([
    [['a=hunter2']],
    [['a=-', 'hunter2']],
    [['a=-', 'b=-']],
    [['a=-', 'a=@f']],
    [['a=-', '=hunter2']],
    [[]],
    [['a', '-', 'hunter2']],
  ])('refuses %j without repeating a value', async words => {
    const { code, err } = await set(words, { stdin: 'x' })
    expect([code, err.includes('hunter2'), written]).toEqual([2, false, {}])
  })
})

describe('secrets expiring', () => {
  const replies = {
    'secrets.list': () => ({
      secrets: [
        secret('later', { expires_at: '2026-03-20T12:00:00Z' }),
        secret('soon', { expires_at: '2026-03-10T12:00:00Z' }),
        secret('past', { expires_at: '2026-02-10T12:00:00Z' }),
        secret('off', { expires_at: '2026-03-02T12:00:00Z', is_disabled: true }),
        secret('never'),
      ],
    }),
  }
  const expiring = (...words: string[]) => ran(['secrets', 'expiring', '--output', 'name', ...words], { replies })

  it('lists what expires soon or has expired, and exits with 10', async () => {
    expect(await expiring()).toMatchObject({ out: 'past\nsoon\n', code: 10 })
    expect(await expiring('--within', '30d')).toMatchObject({ out: 'past\nsoon\nlater\n', code: 10 })
  })

  it('exits with 0 when nothing expires soon', async () => {
    const none = { 'secrets.list': () => ({ secrets: [secret('never')] }) }
    expect(await ran(['secrets', 'expiring'], { replies: none })).toMatchObject({
      out: '',
      err: 'No secret expires within 14d.\n',
      code: 0,
    })
  })
})

describe('secrets edit', () => {
  const editing = async (script: string, { value = 'before', newest = 1, answers = [] as boolean[], failures = 0 } = {}) => {
    const editor = join(folder, 'editor')
    writeFileSync(editor, `#!/bin/sh\ncp "$1" '${folder}/seen'\n${script}\n`)
    chmodSync(editor, 0o755)
    const written: string[] = []
    const replies = {
      'vaults.get': () => ({ id: VAULT_ID, name: 'v', created_at: '2026-03-01T12:00:00Z', cmek_enabled: false }),
      'secrets.get': () => ({ ...secret('a'), value }),
      'secrets.versions': () => ({ versions: [secret('a', { version: newest })] }),
      'secrets.put': ({ body }: Input<'secrets.put'>) => {
        if (failures-- > 0) throw new Problem('server.unreachable', 'The server could not be reached.')
        written.push(body.value)
        return secret('a', { version: newest + 1 })
      },
    }
    const result = await ran(['secrets', 'edit', 'a'], { replies, tty: true, answers, env: { ...SIGNED_IN, EDITOR: editor } })
    return { ...result, written, seen: readFileSync(join(folder, 'seen'), 'utf8') }
  }

  it('opens the value, and writes what was saved', async () => {
    const { seen, written } = await editing(`printf 'after\\n' > "$1"`)
    expect([seen, written]).toEqual(['before', ['after']])
  })

  it('keeps a line break at the end that was there', async () => {
    expect((await editing(`printf 'after\\n' > "$1"`, { value: 'before\n' })).written).toEqual(['after\n'])
  })

  it.each(['true', `printf 'before\\n' > "$1"`, 'exit 1', ': > "$1"'])('writes nothing after %s', async script => {
    expect((await editing(script)).written).toEqual([])
  })

  it('keeps what was typed while the server is away, for as long as the person wants', async () => {
    const { written, questions } = await editing(`printf x > "$1"`, { failures: 2, answers: [true, true] })
    expect([written, questions[0]]).toEqual([['x'], 'The server could not be reached. Try again with what you typed?'])
    expect(await editing(`printf x > "$1"`, { failures: 2, answers: [true, false] })).toMatchObject({ written: [], code: 7 })
  })

  it('asks before it overwrites a version that was written at the same time', async () => {
    expect((await editing(`printf x > "$1"`, { newest: 2, answers: [false] })).written).toEqual([])
    const { written, questions } = await editing(`printf x > "$1"`, { newest: 2, answers: [true] })
    expect([written, questions[0]]).toEqual([['x'], expect.stringContaining('now has version 2')])
  })
})

it('vaults use --here writes the vault into the folder', async () => {
  const replies = {
    'vaults.list': () => ({ vaults: [{ id: VAULT_ID, name: 'prod', created_at: '2026-03-01T12:00:00Z', cmek_enabled: false }] }),
  }
  await ran(['vaults', 'use', 'prod', '--here'], { replies })
  expect(JSON.parse(readFileSync(join(folder, '.1claw.json'), 'utf8'))).toEqual({ vault: VAULT_ID })
})

describe('whoami --verbose', () => {
  const vaults = {
    'vaults.list': () => ({ vaults: [{ id: VAULT_ID, name: 'prod', created_at: '2026-03-01T12:00:00Z', cmek_enabled: false }] }),
  }
  const user = { id: USER_ID, org_id: ORG_ID, email: 'ada@example.com', role: 'admin' } as Reply<'account.me'>

  it('names the role and the vaults, and without the flag asks for neither', async () => {
    const replies = { ...vaults, 'account.me': () => user }
    const verbose = await ran(['whoami', '--verbose', '--json'], { replies })
    expect(JSON.parse(verbose.out).rights).toEqual({ role: 'admin', vaults: ['prod'] })
    const table = await ran(['whoami', '--verbose'], { replies })
    expect(table.out).toMatch(/role: +admin[\s\S]*sees vaults: +prod/)
    const plain = await ran(['whoami', '--json'], { replies })
    expect([JSON.parse(plain.out).rights, plain.asked.map(({ id }) => id)]).toEqual([undefined, ['account.me']])
  })

  it('shows what limits an agent', async () => {
    const agent = {
      id: USER_ID,
      org_id: ORG_ID,
      name: 'bot',
      scopes: ['ci/**'],
      intents_api_enabled: true,
    } as Reply<'agents.me'>
    const env = { ...SIGNED_IN, ONECLAW_TOKEN: '', ONECLAW_AGENT_API_KEY: 'ocv_x' }
    const { out } = await ran(['whoami', '--verbose', '--json'], { env, replies: { ...vaults, 'agents.me': () => agent } })
    expect(JSON.parse(out).rights).toEqual({
      scopes: ['ci/**'],

      signs_transactions: true,
      vaults: ['prod'],
    })
  })
})
