import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import type { Keyring } from '../../../../server/keys/keyring.ts'
import { type KeyStore, keyStore, keyStores, tagIn } from '../../../../server/keys/keystores.ts'
import { verifierOf } from '../../../../server/keys/primitives/ed25519.ts'
import { openSoftwareKeyring } from '../../../../server/keys/software/keyring.ts'

const AAD = Buffer.from('place')
const DEK = Buffer.alloc(32, 7)

describe('two key stores', () => {
  let old: KeyStore
  let fresh: KeyStore
  beforeEach(async () => {
    const dir = await mkdtemp(join(tmpdir(), '1claw-stores-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    const open = (name: string) => openSoftwareKeyring({ file: join(dir, name), create: true })
    old = keyStore(await open('old.key'), 'the old file')
    fresh = keyStore(await open('new.key'), 'the new file')
  })

  const both = (active: () => string, stores = [old, fresh]) =>
    keyStores({ stores, first: old.name, signer: old.name, active: async () => active() })

  it('create keys in the active one, and open each by its id', async () => {
    let active = old.name
    const keyring = both(() => active)
    const before = await keyring.createKek('one')
    active = fresh.name
    const after = await keyring.createKek('two')
    expect([before.id, after.id]).toEqual(['one', `${fresh.tag}.two`])
    expect([tagIn(before.id), tagIn(after.id)]).toEqual([undefined, fresh.tag])
    for (const kek of [before, after]) expect(await keyring.unwrap(kek, await keyring.wrap(kek, DEK, AAD), AAD)).toEqual(DEK)
    await expect(old.keyring.unwrap(after, await keyring.wrap(after, DEK, AAD), AAD)).rejects.toMatchObject({
      code: 'secret.unreadable',
    })
  })

  it('create a key in the target of a migration, whichever store is active', async () => {
    const keyring = both(() => old.name)
    expect((await keyring.createKekIn(fresh, 'x')).id).toBe(`${fresh.tag}.x`)
    expect((await keyring.createKekIn(old, 'x')).id).toBe('x')
  })

  it('sign transactions where the key was made', async () => {
    let active = fresh.name
    const keyring = both(() => active)
    const key = await keyring.createCurveKey('tx')
    active = old.name
    expect(await keyring.signDigest(key, Buffer.alloc(32, 1))).toHaveLength(64)
    await expect(old.keyring.signDigest(key, Buffer.alloc(32, 1))).rejects.toMatchObject({ code: 'secret.unreadable' })
  })

  it('sign tokens with their own key, and with each later one where it was created', async () => {
    let active = fresh.name
    const keyring = both(() => active)
    const signer = await keyring.createSigner('jwt')
    active = old.name
    expect(signer.id).toBe(`${fresh.tag}.jwt`)
    const message = Buffer.from('a token')
    const publicKey = await keyring.signerPublicKey(signer)
    expect(publicKey).toEqual(await fresh.keyring.signerPublicKey(signer))
    expect(verifierOf(publicKey)(message, await keyring.sign(message, signer))).toBe(true)
    expect(verifierOf(keyring.publicKey)(message, await keyring.sign(message))).toBe(true)
    expect(keyring.publicKey).toEqual(old.keyring.publicKey)
    await expect(both(() => active, [old]).sign(message, signer)).rejects.toMatchObject({ code: 'keys.unavailable' })
    await keyring.destroySigner(signer)
  })

  it('report only that a key is unavailable when the settings lack its store', async () => {
    const kek = await both(() => fresh.name).createKek('x')
    const alone = both(() => fresh.name, [old])
    for (const work of [alone.wrap(kek, DEK, AAD), alone.unwrap(kek, DEK, AAD), alone.destroyKek(kek), alone.createKek('y')])
      await expect(work).rejects.toMatchObject({ code: 'keys.unavailable' })
  })

  it('are degraded when the other one is down, and unavailable when the signing one is', async () => {
    const away = (store: KeyStore): KeyStore => {
      const keyring: Keyring = { ...store.keyring, status: async () => ({ status: 'unavailable', connected: false }) }
      return { ...store, keyring }
    }
    expect(await both(() => old.name).status()).toEqual({ status: 'ok', connected: true })
    expect((await both(() => old.name, [old, away(fresh)]).status()).status).toBe('degraded')
    expect((await both(() => old.name, [away(old), fresh]).status()).status).toBe('unavailable')
  })
})
