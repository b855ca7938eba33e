import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Kek, Keyring } from '../../server/keys/keyring.ts'
import { type KeySettings, openKeyring } from '../../server/keys/open.ts'
import { verifierOf } from '../../server/keys/primitives/ed25519.ts'
import { openBox, sealBox } from '../../server/keys/primitives/gcm.ts'
import { newPrivateKey, publicKeyOf, recoverable } from '../../server/keys/primitives/secp256k1.ts'
import { Problem, type ProblemCode } from '../../src/problem.ts'
import { makeSoftHsm, type SoftHsm } from '../support/softhsm.ts'

/** The time limit of an operation is for a token that hangs, not for a busy machine. */
const UNHURRIED = { deadlineMs: 30_000 }

/** The behaviour that all providers share. Each provider creates the settings of a new, empty installation. */
const PROVIDERS: Record<string, (hsm: SoftHsm) => Promise<KeySettings>> = {
  software: async ({ dir }) => ({ keystore: 'software', file: `${dir}/${randomBytes(4).toString('hex')}/root.key` }),
  'software, sealed': async ({ dir }) => ({
    keystore: 'software',
    file: `${dir}/${randomBytes(4).toString('hex')}/root.key`,
    passphrase: randomBytes(8).toString('hex'),
  }),
  'pkcs11, per vault': async hsm => ({ keystore: 'pkcs11', mode: 'per-vault', ...UNHURRIED, ...(await hsm.addToken()) }),
  'pkcs11, wrapped': async hsm => ({ keystore: 'pkcs11', mode: 'wrapped', ...UNHURRIED, ...(await hsm.addToken()) }),
}

let hsm: SoftHsm
beforeAll(async () => {
  hsm = await makeSoftHsm()
})
afterAll(() => hsm.remove())

const code = (promise: Promise<unknown>): Promise<ProblemCode | 'no failure'> =>
  promise.then(
    () => 'no failure',
    error => {
      if (error instanceof Problem) return error.code
      throw error
    },
  )

const id = () => crypto.randomUUID()
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n
const AAD = Buffer.from('where it belongs')

describe.each(Object.entries(PROVIDERS))('the keyring (%s)', (_, makeSettings) => {
  let settings: KeySettings
  let keyring: Keyring
  let kek: Kek
  const dek = randomBytes(32)

  beforeAll(async () => {
    settings = await makeSettings(hsm)
    keyring = await openKeyring(settings, { create: true })
    kek = await keyring.createKek(id())
  })
  afterAll(() => keyring.close())

  it('unwraps what it wrapped', async () => {
    const wrapped = await keyring.wrap(kek, dek, AAD)
    expect(Buffer.from(wrapped).includes(dek)).toBe(false)
    expect(Buffer.from(await keyring.unwrap(kek, wrapped, AAD))).toEqual(dek)
  })

  it('unwraps a reusable key, only with the same associated data and KEK', async () => {
    const sealed = sealBox(dek, Buffer.from('a value'), AAD)
    const wrapped = await keyring.wrap(kek, dek, AAD)
    const other = await keyring.createKek(id())
    const unwrapKey = async (by: Kek, aad: Uint8Array) => keyring.unwrapKey(by, wrapped, aad)
    for (let time = 0; time < 2; time++) {
      expect(openBox(await unwrapKey(kek, AAD), sealed, AAD).toString()).toBe('a value')
      expect(await code(unwrapKey(kek, Buffer.from('somewhere else')))).toBe('secret.unreadable')
      expect(await code(unwrapKey(other, AAD))).toBe('secret.unreadable')
    }
    wrapped[20] = (wrapped[20] ?? 0) ^ 1
    expect(await code(Promise.resolve().then(() => keyring.unwrapKey(kek, Uint8Array.from(wrapped), AAD)))).toBe(
      'secret.unreadable',
    )
  })

  it('wraps the same key differently each time', async () => {
    expect(await keyring.wrap(kek, dek, AAD)).not.toEqual(await keyring.wrap(kek, dek, AAD))
  })

  it('wraps 32 bytes and nothing else', async () => {
    await expect(keyring.wrap(kek, randomBytes(31), AAD)).rejects.toThrow(RangeError)
    await expect(keyring.wrap(kek, randomBytes(33), AAD)).rejects.toThrow(RangeError)
  })

  it('requires the same associated data', async () => {
    const wrapped = await keyring.wrap(kek, dek, AAD)
    expect(await code(keyring.unwrap(kek, wrapped, Buffer.from('somewhere else')))).toBe('secret.unreadable')
    expect(await code(keyring.unwrap(kek, wrapped, Buffer.alloc(0)))).toBe('secret.unreadable')
  })

  it('notices a changed byte at every position, a missing and an extra one', async () => {
    const wrapped = await keyring.wrap(kek, dek, AAD)
    const spoiled: Uint8Array[] = Array.from(wrapped, (_, at) =>
      Uint8Array.from(wrapped, (byte, i) => (i === at ? byte ^ 1 : byte)),
    )
    spoiled.push(wrapped.subarray(1), wrapped.subarray(0, -1), Buffer.concat([wrapped, Buffer.alloc(1)]), new Uint8Array())
    const codes = await Promise.all(spoiled.map(bytes => code(keyring.unwrap(kek, bytes, AAD))))
    expect(new Set(codes)).toEqual(new Set(['secret.unreadable']))
    expect((await keyring.status()).status).toBe('ok')
  })

  it('does not reveal why something is unreadable', async () => {
    const failure = await keyring.unwrap(kek, randomBytes(61), AAD).catch((error: Problem) => error)
    expect(failure).toMatchObject({ message: 'The stored value could not be opened', cause: undefined })
  })

  it('keeps the keys of two vaults apart', async () => {
    const other = await keyring.createKek(id())
    const wrapped = await keyring.wrap(kek, dek, AAD)
    expect(await code(keyring.unwrap(other, wrapped, AAD))).toBe('secret.unreadable')
    // The other's key with this one's name, as if rows of the database were swapped.
    const moved = { id: kek.id, blob: other.blob }
    const foreign = await keyring.wrap(other, dek, AAD)
    expect(await code(keyring.unwrap(moved, foreign, AAD))).toBe('secret.unreadable')
    if (moved.blob) expect(await code(keyring.unwrap(moved, wrapped, AAD))).toBe('secret.unreadable')
    expect(Buffer.from(await keyring.unwrap(kek, wrapped, AAD))).toEqual(dek)
  })

  it('never replaces a key', async () => {
    expect(await code(keyring.createKek(kek.id))).toBe('resource.conflict')
    const wrapped = await keyring.wrap(kek, dek, AAD)
    expect(Buffer.from(await keyring.unwrap(kek, wrapped, AAD))).toEqual(dek)
  })

  it('opens nothing after a key is destroyed', async () => {
    const destroyed = await keyring.createKek(id())
    const wrapped = await keyring.wrap(destroyed, dek, AAD)
    await keyring.destroyKek(destroyed)
    // The caller deletes the blob with the vault; a key in a token is destroyed there.
    const left = { id: destroyed.id, blob: null }
    expect(await code(keyring.unwrap(left, wrapped, AAD))).toBe('internal')
    expect(await code(keyring.wrap(left, dek, AAD))).toBe('internal')
    await keyring.destroyKek(left)
    expect((await keyring.status()).status).toBe('ok')
  })

  it('names a missing key in the log and nowhere else', async () => {
    const failure = await keyring.unwrap({ id: 'no-such-key', blob: null }, randomBytes(61), AAD).catch((error: Problem) => error)
    expect(failure).toMatchObject({
      message: 'Internal server error',
      cause: { message: expect.stringContaining('no-such-key') },
    })
  })

  it('refuses a damaged blob', async () => {
    if (!kek.blob) return expect(kek.blob).toBeNull()
    const blob = Uint8Array.from(kek.blob, (byte, i) => (i === 20 ? byte ^ 1 : byte))
    expect(await code(keyring.wrap({ id: kek.id, blob }, dek, AAD))).toBe('secret.unreadable')
    expect(await code(keyring.wrap({ id: kek.id, blob: blob.subarray(3) }, dek, AAD))).toBe('secret.unreadable')
  })

  it('creates secp256k1 keys that sign and cannot be exported', async () => {
    const key = await keyring.createCurveKey(id())
    expect([key.publicKey.length, key.publicKey[0]]).toEqual([65, 4])
    const other = await keyring.createCurveKey(id())
    expect(Buffer.from(other.publicKey)).not.toEqual(Buffer.from(key.publicKey))
    for (let round = 0; round < 8; round++) {
      const digest = randomBytes(32)
      const signature = await keyring.signDigest(key, digest)
      const { s } = await recoverable(signature, digest, key.publicKey)
      expect(BigInt(s)).toBeLessThanOrEqual(HALF_ORDER)
      await expect(recoverable(signature, digest, other.publicKey)).rejects.toThrow('not of this key')
      await expect(recoverable(signature, randomBytes(32), key.publicKey)).rejects.toThrow('not of this key')
    }
    if (settings.keystore === 'pkcs11') {
      expect(key.blob).toBeNull()
      const objects = await hsm.tool(settings, '--list-objects', '--type', 'privkey')
      expect(objects).toMatch(new RegExp(`1claw-tx-${key.id}[^]*?Access: +sensitive, always sensitive, never extractable`))
    } else expect(key.blob?.length).toBeGreaterThan(32)
  })

  it('imports a signing key and signs with it, and does not replace it with another', async () => {
    expect(await keyring.takesCurveKeys()).toBe(true)
    const [name, secret, digest] = [id(), newPrivateKey(), randomBytes(32)]
    const key = await keyring.importCurveKey(name, secret, publicKeyOf(secret))
    await recoverable(await keyring.signDigest(key, digest), digest, publicKeyOf(secret))
    if (keyring.provider !== 'pkcs11') return expect(await keyring.exportCurveKey(key)).toEqual(secret)
    expect(await keyring.exportCurveKey(key)).toBeUndefined()
    const other = newPrivateKey()
    expect(await code(keyring.importCurveKey(name, other, publicKeyOf(other)))).toBe('resource.conflict')
    await keyring.destroyCurveKey(key)
    expect(await code(keyring.signDigest(key, digest))).toBe('internal')
  })

  it('does not sign with a deleted or moved key', async () => {
    const [key, other] = [await keyring.createCurveKey(id()), await keyring.createCurveKey(id())]
    if (other.blob)
      expect(await code(keyring.signDigest({ id: key.id, blob: other.blob }, randomBytes(32)))).toBe('secret.unreadable')
    await keyring.destroyCurveKey(key)
    await keyring.destroyCurveKey(key)
    expect(await code(keyring.signDigest({ id: key.id, blob: null }, randomBytes(32)))).toBe('internal')
    expect((await keyring.signDigest(other, randomBytes(32))).length).toBe(64)
    expect((await keyring.status()).status).toBe('ok')
  })

  it('answers 500 calls at once, each with its own result', async () => {
    const deks = Array.from({ length: 500 }, () => randomBytes(32))
    const wrapped = await Promise.all(deks.map(each => keyring.wrap(kek, each, AAD)))
    const opened = await Promise.all(wrapped.map(each => keyring.unwrap(kek, each, AAD)))
    expect(opened.map(each => Buffer.from(each).toString('hex'))).toEqual(deks.map(each => each.toString('hex')))
  })

  it('gives every caller its own memory', async () => {
    const wrapped = await keyring.wrap(kek, dek, AAD)
    const [first, second] = await Promise.all([keyring.unwrap(kek, wrapped, AAD), keyring.unwrap(kek, wrapped, AAD)])
    first.fill(0)
    expect(Buffer.from(second)).toEqual(dek)
    await keyring.wrap(kek, dek, AAD)
    expect(dek.some(byte => byte !== 0)).toBe(true)
  })

  it('signs what its public key accepts', async () => {
    const message = randomBytes(1_000)
    const signature = await keyring.sign(message)
    const accepts = verifierOf(keyring.publicKey)
    expect(signature).toHaveLength(64)
    expect(accepts(message, signature)).toBe(true)
    expect(accepts(randomBytes(1_000), signature)).toBe(false)
  })

  it('creates more signing keys that cannot be exported, and does not sign with deleted or moved ones', async () => {
    const [signer, other] = [await keyring.createSigner(id()), await keyring.createSigner(id())]
    const message = randomBytes(200)
    const signature = await keyring.sign(message, signer)
    expect(verifierOf(await keyring.signerPublicKey(signer))(message, signature)).toBe(true)
    for (const publicKey of [keyring.publicKey, await keyring.signerPublicKey(other)])
      expect(verifierOf(publicKey)(message, signature)).toBe(false)
    expect(await code(keyring.createSigner(signer.id))).toBe('resource.conflict')
    if (other.blob) expect(await code(keyring.sign(message, { id: signer.id, blob: other.blob }))).toBe('secret.unreadable')
    if (settings.keystore === 'pkcs11') {
      const objects = await hsm.tool(settings, '--list-objects', '--type', 'privkey')
      expect(objects).toMatch(new RegExp(`1claw-jwt-${signer.id}[^]*?Access: +sensitive, always sensitive, never extractable`))
    }
    await keyring.destroySigner(signer)
    await keyring.destroySigner(signer)
    expect(await code(keyring.sign(message, { id: signer.id, blob: null }))).toBe('internal')
    expect(verifierOf(await keyring.signerPublicKey(other))(message, await keyring.sign(message, other))).toBe(true)
  })

  it('finds the same keys after a restart', async () => {
    const wrapped = await keyring.wrap(kek, dek, AAD)
    const signer = await keyring.createSigner(id())
    const signerKey = await keyring.signerPublicKey(signer)
    const { fingerprint, publicKey } = keyring
    await keyring.close()
    keyring = await openKeyring(settings, { create: false })
    expect(keyring.fingerprint).toBe(fingerprint)
    expect(keyring.publicKey).toEqual(publicKey)
    expect(await keyring.signerPublicKey(signer)).toEqual(signerKey)
    expect(Buffer.from(await keyring.unwrap(kek, wrapped, AAD))).toEqual(dek)
  })

  it('has a fingerprint and a signing key that no other installation has', async () => {
    const other = await openKeyring(await makeSettings(hsm), { create: true })
    expect(other.fingerprint).not.toBe(keyring.fingerprint)
    expect(other.publicKey).not.toEqual(keyring.publicKey)
    const blob = kek.blob
    if (blob) expect(await code(other.wrap({ id: kek.id, blob }, dek, AAD))).toBe('secret.unreadable')
    await other.close()
  })

  it('creates no keys where data exists', async () => {
    const empty = await makeSettings(hsm)
    await expect(openKeyring(empty, { create: false })).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringMatching(/^The key is missing while data exists: /),
    })
    await expect(openKeyring(empty, { create: false })).rejects.toMatchObject({ code: 'config.invalid' })
  })

  it('reports itself and closes twice', async () => {
    expect(await keyring.status()).toEqual({ status: 'ok', connected: true })
    const extra = await openKeyring(await makeSettings(hsm), { create: true })
    await extra.close()
    await extra.close()
  })
})
