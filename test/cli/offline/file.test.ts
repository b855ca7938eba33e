import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cmekKey } from '../../../src/crypto/cmek.ts'
import { NOW, SERVER, USER_ID, VAULT_ID } from '../../support/fake-context.ts'
import { cacheDir, cacheFiles, GET, here, machineGone, machineMade, ran, tokenFor } from '../../support/offline-machine.ts'

const HOUR = 3_600_000

beforeEach(machineMade)
afterEach(machineGone)

describe('the cache file', () => {
  it('is readable by its owner only, reveals nothing, and has its key in the credential store', async () => {
    await ran(['export', '--prefer-offline'])
    const [name = ''] = cacheFiles()
    const file = join(cacheDir(), name)
    expect([statSync(cacheDir()).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600])
    const sealed = Buffer.from(readFileSync(file, 'utf8'), 'base64').toString('latin1') + readFileSync(file, 'utf8') + name
    for (const told of ['s3cret', 'prod/token', VAULT_ID, USER_ID, 'default']) expect(sealed).not.toContain(told)
    const key = await cmekKey(Buffer.from(here.file.get('cache:default') ?? '', 'base64'))
    expect(await key.decrypt(readFileSync(file, 'utf8'))).toContain('s3cret')
  })

  it.each([
    [
      'a changed byte',
      (text: string) =>
        Buffer.from(Buffer.from(text, 'base64').map((byte, at) => (at === 60 ? byte ^ 1 : byte))).toString('base64'),
    ],
    ['half of it', (text: string) => text.slice(0, text.length / 2)],
    ['nothing of it', () => ''],
  ])('with %s is not used, and is removed', async (_, changed) => {
    await ran([...GET, '--prefer-offline'])
    const file = join(cacheDir(), cacheFiles()[0] ?? '')
    writeFileSync(file, changed(readFileSync(file, 'utf8')))
    expect(await ran([...GET, '--offline'])).toMatchObject({
      code: 7,
      out: '',
      err: expect.stringContaining('was modified or is encrypted with another key'),
    })
    expect(cacheFiles()).toEqual([])
  })

  it('of another format counts as empty, and is replaced', async () => {
    await ran([...GET, '--prefer-offline'])
    const file = join(cacheDir(), cacheFiles()[0] ?? '')
    const key = await cmekKey(Buffer.from(here.file.get('cache:default') ?? '', 'base64'))
    const sealed = JSON.parse((await key.decrypt(readFileSync(file, 'utf8'))) ?? '')
    writeFileSync(file, await key.encrypt(JSON.stringify({ ...sealed, format: 2, contents: 'of a later version' })))
    expect(await ran([...GET, '--offline'])).toMatchObject({ code: 7, err: expect.stringContaining('Nothing is cached') })
    await ran([...GET, '--prefer-offline'])
    expect(await ran([...GET, '--offline'])).toMatchObject({ code: 0, out: 's3cret' })
  })

  it('of someone else does not work under another name', async () => {
    await ran([...GET, '--prefer-offline'])
    const [mine = ''] = cacheFiles()
    const other = { ONECLAW_TOKEN: tokenFor(`user:${VAULT_ID}`) }
    await ran(['secrets', 'get', 'prod/db-url', '--prefer-offline'], { env: other })
    const theirs = cacheFiles().find(name => name !== mine) ?? ''
    renameSync(join(cacheDir(), mine), join(cacheDir(), theirs))
    expect(await ran([...GET, '--offline'], { env: other })).toMatchObject({ code: 7, out: '' })
  })

  it.each([
    ['another person', { env: { ONECLAW_TOKEN: tokenFor(`user:${VAULT_ID}`) } }],
    ['another organisation', { env: { ONECLAW_TOKEN: tokenFor(`user:${USER_ID}`, VAULT_ID) } }],
    ['an agent', { env: { ONECLAW_AGENT_API_KEY: 'ocv_x', ONECLAW_AGENT_ID: USER_ID } }],
    ['another server', { env: { ONECLAW_TOKEN: tokenFor(`user:${USER_ID}`), ONECLAW_API_URL: 'https://other.example.com' } }],
    [
      'another profile',
      {
        env: { ONECLAW_TOKEN: tokenFor(`user:${USER_ID}`), ONECLAW_PROFILE: 'work' },
        settings: { profiles: { work: { api_url: SERVER, credential_store: 'file' as const, vault: VAULT_ID } } },
      },
    ],
  ])('is separate from that of %s', async (_, other) => {
    await ran([...GET, '--prefer-offline'])
    expect(await ran([...GET, '--offline'], other)).toMatchObject({
      code: 7,
      out: '',
      err: expect.stringContaining('Nothing is cached for this login'),
    })
  })

  it('does not exist where no login is stored, which is reported', async () => {
    const profile = { credential_store: 'none' } as const
    const env = { ONECLAW_TOKEN: tokenFor(`user:${USER_ID}`) }
    const words = [...GET, '--prefer-offline']
    expect(await ran(words, { env, profile })).toMatchObject({
      code: 0,
      out: 's3cret',
      err: expect.stringContaining('note: nothing is cached: no login'),
    })
    expect(await ran([...GET, '--offline'], { env, profile })).toMatchObject({
      code: 7,
      err: expect.stringContaining('There is no cache: no login'),
    })
    expect(cacheFiles()).toEqual([])
  })
})

describe('a value that is never cached', () => {
  it.each([
    ['a signing key', { value: 'the-key-itself', type: 'private_key' }, 'of type private_key are never cached'],
    ['an SSH key', { value: 'the-key-itself', type: 'ssh_key' }, 'of type ssh_key are never cached'],
    ['what is read a limited number of times', { value: 'read-me-once', limit: 3 }, 'whose reads are limited is never cached'],
    ['what is very large', { value: 'x'.repeat(1024 * 1024 + 1) }, 'more than 1 MiB'],
  ])('fails an offline run that needs it: %s', async (_, stored, said) => {
    here.secrets['prod/special'] = stored
    const words = ['export', '--format', 'json']
    const { out, code } = await ran([...words, '--prefer-offline'])
    expect([code, JSON.parse(out)['SPECIAL']]).toEqual([0, stored.value])
    expect(await ran(['secrets', 'get', 'prod/special', '--json', '--prefer-offline'])).toMatchObject({
      out: expect.not.stringContaining('max_access'),
    })
    for (const offline of [words, ['secrets', 'get', 'prod/special'], ['read', 'prod/special']]) {
      expect(await ran([...offline, '--offline'])).toMatchObject({ code: 7, out: '', err: expect.stringContaining(said) })
    }
    const key = await cmekKey(Buffer.from(here.file.get('cache:default') ?? '', 'base64'))
    expect(await key.decrypt(readFileSync(join(cacheDir(), cacheFiles()[0] ?? ''), 'utf8'))).not.toContain(stored.value)
  })

  it('includes a secret after its expiry', async () => {
    here.secrets['prod/token'] = { value: 's3cret', expires_at: new Date(NOW + HOUR).toISOString() }
    await ran([...GET, '--prefer-offline'])
    expect(await ran([...GET, '--offline'], { after: 59 })).toMatchObject({ out: 's3cret' })
    expect(await ran([...GET, '--offline'], { after: 61 })).toMatchObject({
      code: 7,
      out: '',
      err: expect.stringContaining('has expired'),
    })
  })

  it('includes the clear text under a customer key, because the cached value needs that key', async () => {
    const bytes = Buffer.alloc(32, 7)
    const key = await cmekKey(bytes)
    const file = join(here.folder, 'customer.key')
    writeFileSync(file, bytes.toString('base64'))
    here.secrets['prod/token'] = { value: await key.encrypt('s3cret'), cmek: true }
    expect(await ran([...GET, '--prefer-offline', '--cmek-key-file', file])).toMatchObject({ out: 's3cret' })
    expect(await ran([...GET, '--offline', '--cmek-key-file', file])).toMatchObject({ out: 's3cret', asked: [] })
    expect(await ran([...GET, '--offline'])).toMatchObject({ code: 1, out: '' })
  })
})
