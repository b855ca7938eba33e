import { createHash, randomBytes } from 'node:crypto'
import { recoverAddress } from 'viem'
import { sign } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { addressOf, isPrivateKey, newPrivateKey, signDigest } from '../../../../../server/keys/primitives/secp256k1.ts'

const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n
const ONE = '0000000000000000000000000000000000000000000000000000000000000001'
const HIGHEST = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140'

const hex = (bytes: Buffer) => `0x${bytes.toString('hex')}` as const

describe('a signature on secp256k1', () => {
  // RFC 6979 has no vectors for this curve; these are shared by wallets (bitcointalk.org, topic 285142).
  it.each([
    [
      ONE,
      'Satoshi Nakamoto',
      '934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8',
      '2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5',
    ],
    [
      ONE,
      'All those moments will be lost in time, like tears in rain. Time to die...',
      '8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b',
      '547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21',
    ],
    [
      HIGHEST,
      'Satoshi Nakamoto',
      'fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0',
      '6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5',
    ],
    [
      'cca9fbcc1b41e5a95d369eaa6ddcff73b61a4efaa279cfc6567e8daa39cbaf50',
      'sample',
      'af340daf02cc15c8d5d08d7735dfe6b98a474ed373bdb5fbecf7571be52b3842',
      '5009fb27f37034a9b24b707b7c6b79ca23ddef9e25f7282e8a797efe53a8f124',
    ],
  ])('uses the nonce of RFC 6979: %s, %s', async (key, message, r, s) => {
    const digest = createHash('sha256').update(message).digest()
    expect(await signDigest(Buffer.from(key, 'hex'), digest)).toMatchObject({ r: `0x${r}`, s: `0x${s}` })
  })

  it('has a low s and leads back to its key', async () => {
    for (let round = 0; round < 30; round++) {
      const key = randomBytes(32)
      const digest = randomBytes(32)
      const { r, s, yParity } = await signDigest(key, digest)
      expect(BigInt(s)).toBeLessThanOrEqual(HALF_ORDER)
      expect(await recoverAddress({ hash: digest, signature: { r, s, yParity } })).toBe(await addressOf(key))
    }
  })

  it('is the one that another library makes', async () => {
    for (const key of [Buffer.from(ONE, 'hex'), Buffer.from(HIGHEST, 'hex'), ...Array.from({ length: 20 }, newPrivateKey)]) {
      const digest = randomBytes(32)
      const { r, s, yParity } = await sign({ hash: hex(digest), privateKey: hex(key) })
      expect(await signDigest(key, digest)).toEqual({ r, s, yParity })
    }
  })

  it('is refused for bytes that are no key, and for a digest of another length', async () => {
    await expect(signDigest(Buffer.alloc(32), randomBytes(32))).rejects.toThrow('Expected Private')
    await expect(signDigest(Buffer.from(ONE, 'hex'), randomBytes(31))).rejects.toThrow('Expected Hash')
  })

  it.each([
    [ONE, true],
    [HIGHEST, true],
    ['0'.repeat(64), false],
    ['fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141', false],
    ['f'.repeat(64), false],
    ['01', false],
  ])('needs a key from 1 to the order of the curve: %s %s', (key, expected) => {
    expect(isPrivateKey(Buffer.from(key, 'hex'))).toBe(expected)
  })
})
