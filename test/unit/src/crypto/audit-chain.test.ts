import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  type ChainEvent,
  canonicalJson,
  checkpointBytes,
  ed25519PublicKey,
  eventBytes,
  eventHash,
  GENESIS,
  isSignedBy,
} from '../../../../src/crypto/audit-chain.ts'

const EVENT: ChainEvent = {
  id: '11111111-1111-4111-8111-111111111111',
  seq: 1,
  org_id: '22222222-2222-4222-8222-222222222222',
  action: 'secret.read',
  actor_id: 'a',
  actor_type: 'user',
  resource_type: 'secret',
  resource_id: 'r',
  vault_id: 'v',
  details: { path: 'prod/db', version: 2 },
  ip_address: '127.0.0.1',
  created_at: '2025-01-02T03:04:05.006Z',
  prev_event_id: GENESIS.id,
}

describe('an event’s hash', () => {
  it('never changes, because stored chains depend on it', () => {
    expect(eventHash(EVENT, GENESIS.hash)).toBe('70885d341476c26fd328f2dec815243c67da86a1e912f11863a6494a2f62c99c')
  })

  it.each(Object.keys(EVENT))('covers %s', field => {
    const changed = { ...EVENT, [field]: field === 'seq' ? 2 : field === 'details' ? { path: 'prod/db', version: 3 } : 'x' }
    expect(eventHash(changed, GENESIS.hash)).not.toBe(eventHash(EVENT, GENESIS.hash))
  })

  it('covers the hash before it', () => {
    expect(eventHash(EVENT, 'f'.repeat(64))).not.toBe(eventHash(EVENT, GENESIS.hash))
  })

  it('does not let text move from one field into the next', () => {
    const a = eventBytes({ ...EVENT, actor_id: 'ab', actor_type: 'c' }, GENESIS.hash)
    const b = eventBytes({ ...EVENT, actor_id: 'a', actor_type: 'bc' }, GENESIS.hash)
    expect(Buffer.compare(a, b)).not.toBe(0)
  })

  it('treats an absent and an empty vault alike, and details in any order', () => {
    const { vault_id: _, ...without } = EVENT
    expect(eventHash(without, '')).toBe(eventHash({ ...EVENT, vault_id: '' }, ''))
    expect(eventHash({ ...EVENT, details: { version: 2, path: 'prod/db' } }, '')).toBe(eventHash(EVENT, ''))
  })
})

describe('canonicalJson', () => {
  it('sorts keys at every depth, keeps arrays, and survives a round trip', () => {
    const value = { b: [3, { z: 1, a: null }], a: 'ü"\\', '': true, __proto__x: 1e21 }
    expect(canonicalJson(value)).toBe('{"":true,"__proto__x":1e+21,"a":"ü\\"\\\\","b":[3,{"a":null,"z":1}]}')
    expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value))
  })
})

describe('a checkpoint', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const head = {
    org_id: EVENT.org_id,
    seq: 7,
    event_id: EVENT.id,
    integrity_hash: 'ab'.repeat(32),
    created_at: EVENT.created_at,
    kid: 'k1',
  }
  const signature = sign(null, checkpointBytes(head), privateKey).toString('base64')

  it('verifies with the raw public key', () => {
    expect(isSignedBy({ ...head, signature }, ed25519PublicKey(raw))).toBe(true)
  })

  it.each(Object.keys(head))('does not verify with another %s', field => {
    const changed = { ...head, signature, [field]: field === 'seq' ? 8 : 'x' }
    expect(isSignedBy(changed, ed25519PublicKey(raw))).toBe(false)
  })

  it.each(['', 'AAAA', 'not base64 at all'])('does not verify with the signature %j', signature => {
    expect(isSignedBy({ ...head, signature }, ed25519PublicKey(raw))).toBe(false)
  })

  it('refuses a key of another length', () => {
    expect(() => ed25519PublicKey(raw.subarray(1))).toThrow(RangeError)
  })
})
