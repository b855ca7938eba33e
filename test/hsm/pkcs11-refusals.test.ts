import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { openPkcs11Keyring } from '../../server/keys/pkcs11/keyring.ts'
import { makeSoftHsm, type SoftHsm, type Token } from '../support/softhsm.ts'

const AAD = Buffer.from('aad')
const EDWARDS = ['--keypairgen', '--key-type', 'EC:edwards25519', '--label', '1claw-jwt']

let hsm: SoftHsm
beforeAll(async () => {
  hsm = await makeSoftHsm()
  return () => hsm.remove()
})

const aesKey = (label: string) => ['--keygen', '--key-type', 'AES:32', '--label', label]
const open = (token: Token, create: boolean, mode: 'per-vault' | 'wrapped' = 'per-vault') =>
  openPkcs11Keyring({ ...token, mode, create, deadlineMs: 30_000 })
const refused = (message: string) => ({
  code: 'config.invalid',
  message: expect.stringContaining(message),
  extras: { hint: expect.any(String) },
})

/** A token with the keys of an installation that no process uses. */
async function used(mode: 'per-vault' | 'wrapped' = 'per-vault') {
  const token = await hsm.addToken()
  const keyring = await open(token, true, mode)
  const kek = await keyring.createKek(crypto.randomUUID())
  const wrapped = await keyring.wrap(kek, randomBytes(32), AAD)
  await keyring.close()
  const reopen = async () => {
    const again = await open(token, false, mode)
    onTestFinished(() => again.close())
    return again
  }
  return { token, kek, wrapped, reopen }
}

describe('a server refuses to start', () => {
  it('without a module', async () => {
    const token = await hsm.addToken()
    const absent = { ...token, module: join(hsm.dir, 'absent.so') }
    await expect(open(absent, true)).rejects.toMatchObject(refused(absent.module))
  })

  it('with a file that is not a module', async () => {
    const token = await hsm.addToken()
    const text = join(hsm.dir, 'text.so')
    await writeFile(text, 'not a library')
    await expect(open({ ...token, module: text }, true)).rejects.toMatchObject(refused(text))
    // A library, but one without C_GetFunctionList.
    const library = createRequire(import.meta.url).resolve('sqlite3/build/Release/node_sqlite3.node')
    await expect(open({ ...token, module: library }, true)).rejects.toMatchObject(refused(library))
  })

  it('without a token with that label', async () => {
    const token = await hsm.addToken()
    await expect(open({ ...token, tokenLabel: 'nowhere' }, true)).rejects.toMatchObject(refused('"nowhere"'))
  })

  it('when data exists but the token is empty', async () => {
    const token = await hsm.addToken()
    await expect(open(token, false)).rejects.toMatchObject(
      refused('The key is missing while data exists: the token has no "1claw-jwt".'),
    )
    await expect(open(token, false, 'wrapped')).rejects.toMatchObject(refused('"1claw-root"'))
    expect(await hsm.tool(token, '--list-objects')).not.toContain('1claw')
  })

  it('when half of the signing key is missing, even if keys can be created', async () => {
    const { token } = await used()
    await hsm.tool(token, '--delete-object', '--type', 'pubkey', '--label', '1claw-jwt')
    await expect(open(token, true)).rejects.toMatchObject(refused('"1claw-jwt"'))
  })

  it('when the root key was deleted', async () => {
    const { token, reopen } = await used('wrapped')
    await hsm.tool(token, '--delete-object', '--type', 'secrkey', '--label', '1claw-root')
    await expect(reopen()).rejects.toMatchObject(refused('"1claw-root"'))
  })

  it('when a label exists twice', async () => {
    const jwt = await used()
    await hsm.tool(jwt.token, ...EDWARDS)
    await expect(jwt.reopen()).rejects.toMatchObject(refused('more than one key labelled "1claw-jwt"'))
    const root = await used('wrapped')
    await hsm.tool(root.token, ...aesKey('1claw-root'))
    await expect(root.reopen()).rejects.toMatchObject(refused('more than one key labelled "1claw-root"'))
  })
})

describe('a KEK in the token', () => {
  it('that was deleted is named in the log, and not created again', async () => {
    const { token, kek, wrapped, reopen } = await used()
    const label = `1claw-kek-${kek.id}`
    await hsm.tool(token, '--delete-object', '--type', 'secrkey', '--label', label)
    const keyring = await reopen()
    const failure = {
      code: 'internal',
      message: expect.not.stringContaining(kek.id),
      cause: { message: expect.stringContaining(label) },
    }
    await expect(keyring.unwrap(kek, wrapped, AAD)).rejects.toMatchObject(failure)
    await expect(keyring.wrap(kek, randomBytes(32), AAD)).rejects.toMatchObject(failure)
    expect(await hsm.tool(token, '--list-objects')).not.toContain(label)
  })

  it('that exists twice is not used, and the status says so', async () => {
    const { token, kek, wrapped, reopen } = await used()
    const label = `1claw-kek-${kek.id}`
    await hsm.tool(token, ...aesKey(label))
    const keyring = await reopen()
    await expect(keyring.unwrap(kek, wrapped, AAD)).rejects.toMatchObject({
      code: 'internal',
      cause: { message: `The token has more than one key labelled ${label}` },
    })
    expect(await keyring.status()).toEqual({ status: 'degraded', connected: true })
  })

  it('that another process created or destroyed is noticed', async () => {
    const { reopen } = await used()
    const [one, other] = [await reopen(), await reopen()]
    const kek = await one.createKek(crypto.randomUUID())
    const wrapped = await one.wrap(kek, randomBytes(32), AAD)
    await expect(other.unwrap(kek, wrapped, AAD)).resolves.toHaveLength(32)
    await expect(other.createKek(kek.id)).rejects.toMatchObject({ code: 'resource.conflict' })
    await one.destroyKek(kek)
    await expect(other.unwrap(kek, wrapped, AAD)).rejects.toMatchObject({ code: 'internal' })
  })

  it('can be neither read nor wrapped by anyone with the PIN', async () => {
    const { token, kek } = await used()
    const listed = await hsm.tool(token, '--list-objects', '--type', 'secrkey')
    expect(listed).toContain(`1claw-kek-${kek.id}`)
    expect(listed).toMatch(/sensitive, always sensitive, never extracta?ble/)
  })
})
