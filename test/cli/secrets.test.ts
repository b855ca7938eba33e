import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Input, Reply } from '../../src/client/client.ts'
import { Problem } from '../../src/problem.ts'
import { fakeWorld, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const written = ({ params }: Input<'secrets.put'>): Reply<'secrets.put'> => ({
  id: VAULT_ID,
  path: params.path,
  type: 'generic',
  version: 3,
  created_at: '2026-03-01T12:00:00Z',
})

const secret = (value: string) => ({ ...written({ params: { vault_id: VAULT_ID, path: 'prod/db' }, body: { value } }), value })

const VAULT = { id: VAULT_ID, name: 'production', created_at: '2026-03-01T12:00:00Z', cmek_enabled: false }

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-cli-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Runs `secrets set prod/db …` and returns the sent body. */
async function valueSent(words: readonly string[], options: Omit<Parameters<typeof fakeWorld>[0] & {}, 'replies'> = {}) {
  const world = fakeWorld({ env: SIGNED_IN, ...options, replies: { 'secrets.put': written, 'vaults.get': () => VAULT } })
  await runCommand(world.context, 'secrets', 'set', 'prod/db', ...words)
  const put = world.asked.find(({ id }) => id === 'secrets.put')
  return { world, body: (put?.input as Input<'secrets.put'> | undefined)?.body }
}

describe('secrets set', () => {
  it.each(['a\nb\n', ' spaces ', '\ufeffbom', 'ends\r\n', '🔑'])('stores stdin byte for byte: %j', async value => {
    const { body, world } = await valueSent([], { stdin: value })
    expect(body?.value).toBe(value)
    expect(world.stdout()).toBe('')
    expect(world.stderr()).toBe('Wrote prod/db (version 3).\n')
  })

  it('trims only when told to', async () => {
    expect((await valueSent(['--trim'], { stdin: '\n value \n' })).body?.value).toBe('value')
  })

  it('accepts a file, an environment variable, or a typed value', async () => {
    writeFileSync(join(folder, 'key'), 'from file\n')
    expect((await valueSent([`@${join(folder, 'key')}`])).body?.value).toBe('from file\n')
    expect((await valueSent(['--from-env', 'KEY'], { env: { ...SIGNED_IN, KEY: 'from env' } })).body?.value).toBe('from env')
    const { body, world } = await valueSent([], { tty: true, answers: ['typed'] })
    expect(body?.value).toBe('typed')
    expect(world.questions).toEqual(['Value of prod/db'])
  })

  it('generates different values', async () => {
    const [one, two] = await Promise.all([valueSent(['--generate']), valueSent(['--generate'])])
    expect(one.body?.value).toMatch(/^[\w-]{43}$/)
    expect(one.body?.value).not.toBe(two.body?.value)
  })

  it('refuses a value in argv without showing it, and warns when it is allowed', async () => {
    const refused = await valueSent(['hunter2'])
    expect(refused.body).toBeUndefined()
    expect(refused.world.exitCode()).toBe(2)
    expect(refused.world.stderr()).toContain('--allow-argv')
    expect(refused.world.stderr()).not.toContain('hunter2')
    const allowed = await valueSent(['hunter2', '--allow-argv'])
    expect(allowed.body?.value).toBe('hunter2')
    expect(allowed.world.stderr()).toContain('warning:')
    expect(allowed.world.stderr()).not.toContain('hunter2')
  })

  it('takes one value from stdin without a terminal, and says what the others need', async () => {
    const world = fakeWorld({ env: SIGNED_IN, stdin: 'x' })
    await runCommand(world.context, 'secrets', 'set', 'a=', 'b=-')
    const hint = 'Use <path>=@file for the others: <path>= asks for the value, and that needs a terminal.'
    expect(world.stderr()).toBe(`error: Only one value can come from stdin.\nhint: ${hint}\n`)
    expect([world.exitCode(), world.asked]).toEqual([2, []])
  })

  it('does not repeat surplus arguments', async () => {
    const { world } = await valueSent(['-', 'hunter2'], { stdin: 'x' })
    expect(world.exitCode()).toBe(2)
    expect(world.stderr()).toContain('too many')
    expect(world.stderr()).not.toContain('hunter2')
  })

  it.each([
    ['nothing at all', [], {}],
    ['two sources', ['--generate', '--from-env', 'HOME'], {}],
    ['a value that is no text', [], { stdin: new Uint8Array([0xff, 0xfe]) }],
    ['a variable that is not set', ['--from-env', 'NOPE'], {}],
    ['a file that is not there', ['@/nowhere/at/all'], {}],
    ['a person who may not be asked', ['--no-input'], { tty: true }],
    ['a date that is none', ['--expires-at', 'soon'], { stdin: 'x' }],
    ['two ends', ['--expires-at', '2030-01-01', '--expires-in', '1d'], { stdin: 'x' }],
    ['metadata without a key', ['--metadata', '=x'], { stdin: 'x' }],
  ])('refuses %s', async (_, words, options) => {
    const { body, world } = await valueSent(words, options)
    expect(body).toBeUndefined()
    expect(world.exitCode()).toBe(2)
    expect(world.stderr()).toContain('error:')
  })

  it('refuses more than 5 MiB before it is sent', async () => {
    const { body, world } = await valueSent([], { stdin: 'x'.repeat(5 * 1024 * 1024 + 1) })
    expect(body).toBeUndefined()
    expect(world.exitCode()).toBe(2)
  })

  it('sends what the flags say', async () => {
    const { body } = await valueSent(
      ['--type', 'password', '--expires-in', '30d', '--max-access-count', '0', '--metadata', 'a=1', '--metadata', 'b=x=y'],
      { stdin: 'v' },
    )
    expect(body).toEqual({
      value: 'v',
      type: 'password',
      expires_at: '2026-03-31T12:00:00.000Z',
      max_access_count: 0,
      metadata: { a: '1', b: 'x=y' },
    })
  })
})

describe('secrets get', () => {
  const replies = {
    'secrets.get': () => secret('s3cret'),
    'secrets.version': ({ params }: Input<'secrets.version'>) => ({ ...secret('old'), version: params.version }),
    'vaults.list': () => ({ vaults: [{ id: VAULT_ID, name: 'prod', created_at: '2026-03-01T12:00:00Z', cmek_enabled: false }] }),
  }

  it('masks the value in the log of GitHub Actions before it is printed', async () => {
    const job = fakeWorld({ env: { ...SIGNED_IN, GITHUB_ACTIONS: 'true' }, replies })
    await runCommand(job.context, 'secrets', 'get', 'prod/db')
    expect([job.stderr(), job.stdout()]).toEqual(['::add-mask::s3cret\n', 's3cret'])
  })

  it('prints bytes to a pipe and a line to a terminal', async () => {
    const pipe = fakeWorld({ env: SIGNED_IN, replies })
    await runCommand(pipe.context, 'secrets', 'get', 'prod/db')
    expect(pipe.stdout()).toBe('s3cret')
    const terminal = fakeWorld({ env: SIGNED_IN, replies, tty: true })
    await runCommand(terminal.context, 'secrets', 'get', 'prod/db')
    expect(terminal.stdout()).toBe('s3cret\n')
  })

  it('reads one version, from a vault given by name', async () => {
    const { ONECLAW_VAULT_ID: _, ...env } = SIGNED_IN
    const world = fakeWorld({ env, replies })
    await runCommand(world.context, 'secrets', 'get', 'prod/db', '--version', '2', '--vault', 'prod')
    expect(world.stdout()).toBe('old')
    expect(world.asked.map(({ id }) => id)).toEqual(['vaults.list', 'secrets.version'])
    expect(world.asked[1]?.input).toEqual({ params: { vault_id: VAULT_ID, path: 'prod/db', version: 2 } })
  })

  it('writes a file that only its owner can read', async () => {
    const file = join(folder, 'key')
    writeFileSync(file, 'before', { mode: 0o644 })
    const world = fakeWorld({ env: SIGNED_IN, replies })
    await runCommand(world.context, 'secrets', 'get', 'prod/db', '--out-file', file)
    expect(readFileSync(file, 'utf8')).toBe('s3cret')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(world.stdout()).toBe('')
    expect(world.stderr()).not.toContain('s3cret')
  })

  it('prints the whole reply as JSON', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies })
    await runCommand(world.context, 'secrets', 'get', 'prod/db', '--json')
    expect(JSON.parse(world.stdout())).toEqual(secret('s3cret'))
  })

  it('names the missing permission and how an owner grants it', async () => {
    const token = ['', Buffer.from(JSON.stringify({ sub: `agent:${VAULT_ID}` })).toString('base64url'), ''].join('.')
    const denied = () => Promise.reject(new Problem('policy.denied', 'Insufficient permissions'))
    const world = fakeWorld({ env: { ...SIGNED_IN, ONECLAW_TOKEN: token }, replies: { 'secrets.get': denied } })
    await runCommand(world.context, 'secrets', 'get', 'prod/db')
    expect(world.exitCode()).toBe(5)
    expect(world.stdout()).toBe('')
    expect(world.stderr()).toBe(
      `error: Insufficient permissions: read on prod/db in vault ${VAULT_ID}.\n` +
        `hint: An owner can allow it: 1claw policies create prod/db --vault ${VAULT_ID} --agent ${VAULT_ID} --permission read, or ask for it: 1claw access request prod/db --vault ${VAULT_ID} --for 1d --reason '…'\n`,
    )
  })
})

describe('a request that no policy would allow', () => {
  it('is refused without a hint to create one', async () => {
    const never = () => Promise.reject(new Problem('policy.denied', 'This key never leaves the key provider.'))
    const world = fakeWorld({ env: SIGNED_IN, replies: { 'secrets.get': never } })
    await runCommand(world.context, 'secrets', 'get', 'keys/base-signer')
    expect([world.exitCode(), world.stderr()]).toEqual([5, 'error: This key never leaves the key provider.\n'])
  })
})

describe('the other commands for secrets', () => {
  it.each([
    [['secrets', 'delete', 'prod/db'], 'secrets.delete'],
    [['secrets', 'disable', 'prod/db', '--version', '2'], 'secrets.disable'],
  ])('ask for confirmation, and need --yes without a terminal: %j', async (words, operation) => {
    const replies = { 'secrets.delete': () => undefined, 'secrets.disable': () => undefined }
    const piped = fakeWorld({ env: SIGNED_IN, replies })
    await runCommand(piped.context, ...words)
    expect([piped.exitCode(), piped.asked]).toEqual([2, []])
    const no = fakeWorld({ env: SIGNED_IN, replies, tty: true, answers: [false] })
    await runCommand(no.context, ...words)
    expect([no.exitCode(), no.asked]).toEqual([130, []])
    const yes = fakeWorld({ env: SIGNED_IN, replies, tty: true, answers: [true] })
    await runCommand(yes.context, ...words)
    expect(yes.asked.map(({ id }) => id)).toEqual([operation])
    const sure = fakeWorld({ env: SIGNED_IN, replies })
    await runCommand(sure.context, ...words, '--yes')
    expect([sure.exitCode(), sure.asked.map(({ id }) => id)]).toEqual([0, [operation]])
  })

  it('list secrets without values in every format', async () => {
    const summary = { ...written({ params: { vault_id: VAULT_ID, path: 'prod/db' }, body: { value: '' } }), is_disabled: false }
    const world = fakeWorld({ env: SIGNED_IN, replies: { 'secrets.list': () => ({ secrets: [summary] }) } })
    await runCommand(world.context, 'secrets', 'list', '--prefix', 'prod/', '--output', 'name')
    expect(world.stdout()).toBe('prod/db\n')
    expect(world.asked[0]?.input).toEqual({ params: { vault_id: VAULT_ID }, query: { include: 'usage', prefix: 'prod/' } })
  })

  it('list the secrets of one vault, or of all, in the requested order', async () => {
    const replies = { 'secrets.list-all': () => ({ secrets: [] }) }
    const one = fakeWorld({ env: SIGNED_IN, replies })
    await runCommand(one.context, 'secrets', 'list', '--sort', 'last_read_at')
    expect(one.asked.map(({ input }) => input)).toEqual([{ query: { sort: 'last_read_at', vault_id: VAULT_ID } }])
    const all = fakeWorld({ env: SIGNED_IN, replies })
    await runCommand(all.context, 'secrets', 'list', '--all-vaults', '--sort', 'last_read_at')
    expect(all.asked.map(({ input }) => input)).toEqual([{ query: { sort: 'last_read_at' } }])
  })

  it('says what was looked for where a list is empty', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies: { 'secrets.list': () => ({ secrets: [] }) } })
    await runCommand(world.context, 'secrets', 'list', '--prefix', 'prod/')
    expect(world.stderr()).toBe('No path of a secret that you can read starts with prod/.\n')
  })
})
