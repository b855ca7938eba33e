import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cmekKey, cmekKeyBytes } from '../../src/crypto/cmek.ts'
import { Problem } from '../../src/problem.ts'
import { fakeWorld, type Replies, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const OLD_KEY = Buffer.alloc(32, 1).toString('base64')
const KEY = Buffer.alloc(32, 2).toString('base64')

const keyOf = (written: string) => cmekKey(cmekKeyBytes(written) ?? new Uint8Array())

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-cmek-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A server with one vault, as far as these commands need it. */
function server() {
  const state: { fingerprint?: string; value?: string; rotations: string[] } = { rotations: [] }
  const vault = () => ({
    id: VAULT_ID,
    name: 'production',
    created_at: '2026-03-01T12:00:00Z',
    cmek_enabled: state.fingerprint !== undefined,
    ...(state.fingerprint !== undefined && { cmek_fingerprint: state.fingerprint }),
  })
  const secret = () => ({
    id: VAULT_ID,
    path: 'prod/db',
    type: 'generic',
    version: 1,
    created_at: '2026-03-01T12:00:00Z',
    value: state.value ?? '',
    cmek_encrypted: true,
  })
  const job = { id: VAULT_ID, vault_id: VAULT_ID, created_at: '2026-03-01T12:00:00Z', total_secrets: 3, processed: 3 }
  const replies: Replies = {
    'vaults.get': vault,
    'cmek.enable': ({ body }) => {
      state.fingerprint = body.fingerprint
      return vault()
    },
    'cmek.rotate': ({ body }) => {
      if (state.fingerprint === body.new_fingerprint)
        throw new Problem('request.invalid', 'x-cmek-old-key is not the key of this vault.')
      state.rotations.push(body.new_fingerprint)
      state.fingerprint = body.new_fingerprint
      return { ...job, status: 'running' as const }
    },
    'cmek.rotation': () => ({ ...job, status: 'completed' as const }),
    'cmek.rotations': () => ({
      rotations: state.rotations.map(new_fingerprint => ({ ...job, new_fingerprint, processed: 1, status: 'running' as const })),
    }),
    'secrets.put': ({ body }) => {
      expect(body.cmek_fingerprint).toBe(state.fingerprint)
      state.value = body.value
      return secret()
    },
    'secrets.get': secret,
    'secrets.read-many': () => ({ secrets: [secret()] }),
  }
  return { state, replies }
}

describe('a customer key', () => {
  it('is created and saved before the server knows of it, with a warning about its loss', async () => {
    const { state, replies } = server()
    const file = join(folder, 'production.key')
    const world = fakeWorld({ env: SIGNED_IN, replies })
    await runCommand(world.context, 'cmek', 'enable', '--key-file', file)
    expect((await keyOf(readFileSync(file, 'utf8'))).fingerprint).toBe(state.fingerprint)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(world.stderr()).toContain('if it is lost, nobody can read the values of this vault')
  })

  it('is refused when it would not be saved', async () => {
    const { state, replies } = server()
    const world = fakeWorld({ env: SIGNED_IN, replies })
    await runCommand(world.context, 'cmek', 'enable')
    expect(world.stderr()).toContain('Name a file for it: --key-file')
    expect(state.fingerprint).toBeUndefined()
  })

  it.each([
    ['the flag', (file: string) => ({ words: ['--cmek-key-file', file], env: {} })],
    ['a file of the environment', (file: string) => ({ words: [], env: { ONECLAW_CMEK_KEY_FILE: file } })],
    ['the environment', () => ({ words: [], env: { ONECLAW_CMEK_KEY: KEY } })],
  ])('from %s encrypts what is written and decrypts what is read', async (_, given) => {
    const { state, replies } = server()
    const file = join(folder, 'key')
    writeFileSync(file, KEY)
    state.fingerprint = (await keyOf(KEY)).fingerprint
    const { words, env } = given(file)
    const options = { env: { ...SIGNED_IN, ...env }, replies }
    await runCommand(fakeWorld({ ...options, stdin: 'hush' }).context, 'secrets', 'set', 'prod/db', ...words)
    expect(state.value).not.toContain('hush')
    const reading = fakeWorld(options)
    await runCommand(reading.context, 'secrets', 'get', 'prod/db', ...words)
    expect(reading.stdout()).toBe('hush')
    const exporting = fakeWorld(options)
    await runCommand(exporting.context, 'export', '--format', 'json', ...words)
    expect(JSON.parse(exporting.stdout())).toEqual({ DB: 'hush' })
  })

  it('that is missing or wrong yields neither a clear value nor ciphertext', async () => {
    const { state, replies } = server()
    state.fingerprint = (await keyOf(KEY)).fingerprint
    state.value = await (await keyOf(KEY)).encrypt('hush')
    for (const env of [SIGNED_IN, { ...SIGNED_IN, ONECLAW_CMEK_KEY: OLD_KEY }]) {
      const reading = fakeWorld({ env, replies })
      await runCommand(reading.context, 'secrets', 'get', 'prod/db')
      expect([reading.stdout(), reading.stderr()]).toEqual(['', expect.stringContaining('is encrypted with a customer key')])
      const writing = fakeWorld({ env, replies, stdin: 'clear' })
      await runCommand(writing.context, 'secrets', 'set', 'prod/db')
      const why = env === SIGNED_IN ? 'which was not given' : 'none of the keys that were given is it'
      expect(writing.stderr()).toContain('This vault has a customer key')
      expect(writing.stderr()).toContain(why)
    }
  })

  it('is rotated to a new key that is saved first', async () => {
    const { state, replies } = server()
    state.fingerprint = (await keyOf(OLD_KEY)).fingerprint
    const [old, next] = [join(folder, 'old'), join(folder, 'next')]
    writeFileSync(old, OLD_KEY)
    const world = fakeWorld({ env: SIGNED_IN, replies })
    await runCommand(world.context, 'cmek', 'rotate', '--old-key-file', old, '--key-file', next, '--json')
    expect(JSON.parse(world.stdout())).toMatchObject({ status: 'completed' })
    expect(state.rotations).toEqual([(await keyOf(readFileSync(next, 'utf8'))).fingerprint])
  })

  it('is named in words, not by a header, when rotate gets one that is not current', async () => {
    const { state, replies } = server()
    state.fingerprint = (await keyOf(KEY)).fingerprint
    const [old, next] = [join(folder, 'old'), join(folder, 'next')]
    writeFileSync(old, OLD_KEY)
    writeFileSync(next, KEY)
    const world = fakeWorld({ env: SIGNED_IN, replies })
    await runCommand(world.context, 'cmek', 'rotate', '--old-key-file', old, '--key-file', next)
    expect(world.stderr()).toContain('The current key that was given is not the key of this vault.')
    expect(world.stderr()).not.toContain('x-cmek')
  })

  it('is reported as already off, without a prompt', async () => {
    const { replies } = server()
    const world = fakeWorld({ env: SIGNED_IN, replies })
    await runCommand(world.context, 'cmek', 'disable')
    expect(world.stderr() + world.stdout()).toContain('The vault production has no customer key.')
  })

  it('is identified by its fingerprint, with the unfinished rotation', async () => {
    const { state, replies } = server()
    const status = async (...words: string[]) => {
      const world = fakeWorld({ env: SIGNED_IN, replies })
      await runCommand(world.context, 'cmek', 'status', ...words)
      return { stdout: world.stdout(), stderr: world.stderr() }
    }
    expect((await status()).stderr).toContain('Turn one on: 1claw cmek enable')
    const { fingerprint } = await keyOf(KEY)
    Object.assign(state, { fingerprint, rotations: [fingerprint] })
    const [own, other] = [join(folder, 'own'), join(folder, 'other')]
    writeFileSync(own, KEY)
    writeFileSync(other, OLD_KEY)
    expect(JSON.parse((await status('--cmek-key-file', own, '--json')).stdout)).toMatchObject({
      enabled: true,
      fingerprint,
      found_here: true,
      rotations: [{ status: 'running' }],
    })
    const { stdout, stderr } = await status('--cmek-key-file', other)
    expect(stdout).toMatch(/customer key: on\nfingerprint: +[0-9a-f]{64}\nfound here: +no\n/)
    expect(stderr).toContain('Give it with --cmek-key-file')
    expect(stderr).toContain('Rotated 1 of 3 versions. If it was interrupted, continue it with: 1claw cmek rotate')
  })
})
