import { generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { checkpointBytes, type SignedHead } from '../../../../src/crypto/audit-chain.ts'
import { verifyChain } from '../../../../src/crypto/audit-verify.ts'
import { type SigningKeySuccession, signingKeyId, signingKeyLine, successionBytes } from '../../../../src/crypto/signing-keys.ts'

function newKey() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const signed = (bytes: Uint8Array) => sign(null, bytes, privateKey).toString('base64')
  return { raw, kid: signingKeyId(raw), text: raw.toString('base64'), signed }
}
type Key = ReturnType<typeof newKey>

function follows(previous: Key, next: Key): SigningKeySuccession {
  const open = { previous_public_key: previous.text, public_key: next.text, created_at: '2026-01-01T00:00:00.000Z' }
  const bytes = successionBytes(open)
  return { ...open, previous_signature: previous.signed(bytes), signature: next.signed(bytes) }
}

const [first, second, third, stranger] = [newKey(), newKey(), newKey(), newKey()]
const successions = [follows(second, third), follows(first, second)]
const kids = (trusted: Key, all: readonly SigningKeySuccession[]) => signingKeyLine(trusted.raw, all).map(({ kid }) => kid)

describe('the succession of signing keys', () => {
  it.each([
    ['the first', first],
    ['one in the middle', second],
    ['the newest', third],
  ])('is found completely from %s', (_, trusted) => {
    expect(kids(trusted, successions)).toEqual([first.kid, second.kid, third.kid])
  })

  it('does not lead to a key that either side did not sign for', () => {
    const claimed = follows(third, stranger)
    const forged = [
      { ...claimed, previous_signature: claimed.signature },
      { ...follows(stranger, first), signature: claimed.signature },
    ]
    expect(kids(first, [...successions, ...forged])).toEqual([first.kid, second.kid, third.kid])
    expect(kids(stranger, successions)).toEqual([stranger.kid])
  })

  it('ends if keys replace each other in a cycle', () => {
    expect(kids(first, [follows(first, second), follows(second, first)])).toEqual([first.kid, second.kid])
  })
})

describe('checkpoints of several keys', () => {
  const head = (seq: number, key: Key): SignedHead => {
    const open = { org_id: 'o', seq, event_id: 'e', integrity_hash: 'h', created_at: '2026-01-01T00:00:00.000Z', kid: key.kid }
    return { ...open, signature: key.signed(checkpointBytes(open)) }
  }
  const faults = async (checkpoints: readonly SignedHead[], trusted: Key) => {
    const { faults: found } = await verifyChain([], checkpoints, trusted.raw, { successions })
    return found.filter(({ kind }) => kind !== 'truncated').map(({ seq, kind }) => `${seq} ${kind}`)
  }

  it('are valid in the order in which the keys replaced each other', async () => {
    for (const trusted of [first, third])
      expect(await faults([head(1, first), head(2, second), head(3, third)], trusted)).toEqual([])
  })

  it('are invalid by a replaced key, and by one outside of the succession', async () => {
    expect(await faults([head(1, first), head(2, second), head(3, first)], first)).toEqual(['3 forged'])
    expect(await faults([head(1, first), head(2, stranger)], first)).toEqual(['2 bad-signature'])
  })
})
