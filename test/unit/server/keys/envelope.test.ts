import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type EnvelopeContext, open as openNow, seal } from '../../../../server/keys/envelope.ts'
import type { Kek, Keyring } from '../../../../server/keys/keyring.ts'
import { dekObject } from '../../../../server/keys/primitives/gcm.ts'
import { openSoftwareKeyring } from '../../../../server/keys/software/keyring.ts'
import { Problem } from '../../../../src/problem.ts'

let keyring: Keyring
let kek: Kek
let otherKek: Kek
beforeAll(async () => {
  const dir = await mkdtemp(join(tmpdir(), '1claw-envelope-'))
  keyring = await openSoftwareKeyring({ file: join(dir, 'root.key'), create: true })
  kek = await keyring.createKek('kek-a')
  otherKek = await keyring.createKek('kek-b')
  return () => rm(dir, { recursive: true, force: true })
})

/** Failures at once are equal to later failures. */
const open = async (...args: Parameters<typeof openNow>) => openNow(...args)

const HOME: EnvelopeContext = { orgId: 'org-1', vaultId: 'vault-1', secretId: 'secret-1', version: 1 }
const VALUE = Buffer.from('the value')
const OPAQUE = { code: 'secret.unreadable', message: 'The stored value could not be opened', cause: undefined, extras: {} }

describe('an envelope', () => {
  it('returns the value in its place', async () => {
    const sealed = await seal(keyring, kek, VALUE, HOME)
    expect(await open(keyring, kek, sealed, HOME)).toEqual(VALUE)
    expect(Buffer.concat([sealed.ciphertext, sealed.wrappedDek]).includes(VALUE)).toBe(false)
  })

  it.each([0, 1, 5 * 2 ** 20])('holds %i bytes', async size => {
    const value = randomBytes(size)
    expect((await open(keyring, kek, await seal(keyring, kek, value, HOME), HOME)).equals(value)).toBe(true)
  })

  it.each<[string, Partial<EnvelopeContext>]>([
    ['organisation', { orgId: 'org-2' }],
    ['vault', { vaultId: 'vault-2' }],
    ['path', { secretId: 'secret-2' }],
    ['version', { version: 2 }],
    ['version that begins alike', { version: 11 }],
    ['place whose names join alike', { orgId: 'org-1v', vaultId: 'ault-1' }],
  ])('does not open in another %s', async (_, change) => {
    const sealed = await seal(keyring, kek, VALUE, HOME)
    await expect(open(keyring, kek, sealed, { ...HOME, ...change })).rejects.toMatchObject(OPAQUE)
  })

  it('does not open under another KEK or another KEK id', async () => {
    const sealed = await seal(keyring, kek, VALUE, HOME)
    await expect(open(keyring, otherKek, sealed, HOME)).rejects.toMatchObject(OPAQUE)
    await expect(open(keyring, { id: 'kek-b', blob: kek.blob }, sealed, HOME)).rejects.toMatchObject(OPAQUE)
    await expect(open(keyring, { id: 'kek-a', blob: otherKek.blob }, sealed, HOME)).rejects.toMatchObject(OPAQUE)
  })

  it('does not open with half of another one', async () => {
    const [one, other] = [await seal(keyring, kek, VALUE, HOME), await seal(keyring, kek, VALUE, HOME)]
    const mixed = { ...one, wrappedDek: other.wrappedDek }
    await expect(open(keyring, kek, mixed, HOME)).rejects.toMatchObject(OPAQUE)
    const elsewhere = await seal(keyring, kek, VALUE, { ...HOME, version: 2 })
    // The whole row, except for the version under which it is stored, as after a restore of a single row.
    await expect(open(keyring, kek, elsewhere, HOME)).rejects.toMatchObject(OPAQUE)
    await expect(open(keyring, kek, { ...elsewhere, ciphertext: one.ciphertext }, HOME)).rejects.toMatchObject(OPAQUE)
  })

  it('does not confuse a wrapped DEK with a value', async () => {
    const sealed = await seal(keyring, kek, randomBytes(32), HOME)
    const swapped = { ...sealed, ciphertext: Buffer.from(sealed.wrappedDek), wrappedDek: sealed.ciphertext }
    await expect(open(keyring, kek, swapped, HOME)).rejects.toMatchObject(OPAQUE)
  })

  it('detects every changed byte, with the same error', async () => {
    const sealed = await seal(keyring, kek, VALUE, HOME)
    const flip = (bytes: Uint8Array, at: number) => Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 1 : byte))
    for (const at of sealed.ciphertext.keys()) {
      await expect(open(keyring, kek, { ...sealed, ciphertext: flip(sealed.ciphertext, at) }, HOME)).rejects.toMatchObject(OPAQUE)
    }
    for (const at of sealed.wrappedDek.keys()) {
      await expect(open(keyring, kek, { ...sealed, wrappedDek: flip(sealed.wrappedDek, at) }, HOME)).rejects.toMatchObject(OPAQUE)
    }
  })

  it('has its own key', async () => {
    const deks: string[] = []
    const watching: Keyring = {
      ...keyring,
      wrap: (by, dek, aad) => {
        deks.push(Buffer.from(dek).toString('hex'))
        return keyring.wrap(by, dek, aad)
      },
    }
    for (let i = 0; i < 20; i++) await seal(watching, kek, VALUE, HOME)
    expect(new Set(deks).size).toBe(20)
  })

  it('opens again without the key provider, only in its place', async () => {
    const sealed = await seal(keyring, kek, VALUE, HOME)
    await open(keyring, kek, sealed, HOME)
    expect(openNow(keyring, kek, sealed, HOME)).toEqual(VALUE)
    await expect(open(keyring, kek, sealed, { ...HOME, version: 2 })).rejects.toMatchObject(OPAQUE)
    await expect(open(keyring, { id: 'kek-a', blob: otherKek.blob }, sealed, HOME)).rejects.toMatchObject(OPAQUE)
    await expect(open(keyring, { id: 'kek-b', blob: kek.blob }, sealed, HOME)).rejects.toMatchObject(OPAQUE)
    expect(openNow(keyring, kek, sealed, HOME)).toEqual(VALUE)
  })

  it('wipes the key that it sealed with', async () => {
    const seen: Uint8Array[] = []
    const watching: Keyring = { ...keyring, wrap: (by, dek, aad) => keyring.wrap(by, dek, aad).finally(() => seen.push(dek)) }
    await seal(watching, kek, VALUE, HOME)
    expect(seen).toHaveLength(1)
    expect(seen.every(dek => dek.length === 32 && dek.every(byte => byte === 0))).toBe(true)
  })

  it('creates a key from exactly 32 bytes, and wipes them', () => {
    const bytes = randomBytes(32)
    expect(dekObject(bytes).symmetricKeySize).toBe(32)
    expect(bytes.every(byte => byte === 0)).toBe(true)
    expect(() => dekObject(randomBytes(31))).toThrow(Problem)
  })

  it('reports that the key provider fails', async () => {
    const gone: Keyring = { ...keyring, unwrapKey: () => Promise.reject(new Problem('keys.unavailable')) }
    const sealed = await seal(keyring, kek, VALUE, HOME)
    await expect(open(gone, kek, sealed, HOME)).rejects.toMatchObject({ code: 'keys.unavailable' })
  })
})
