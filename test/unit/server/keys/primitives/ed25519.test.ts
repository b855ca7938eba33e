import { describe, expect, it } from 'vitest'
import { signerOfSeed, verifierOf } from '../../../../../server/keys/primitives/ed25519.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

/** RFC 8032, 7.1: tests 1 to 3. */
const VECTORS = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
  {
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    publicKey: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    signature:
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
]

describe.each(VECTORS)('Ed25519 of the message "$message"', ({ seed, publicKey, message, signature }) => {
  const signer = signerOfSeed(hex(seed))

  it('equals the vector of RFC 8032', () => {
    expect(Buffer.from(signer.publicKey).toString('hex')).toBe(publicKey)
    expect(Buffer.from(signer.sign(hex(message))).toString('hex')).toBe(signature)
  })

  it('is the only accepted signature', () => {
    const accepts = verifierOf(hex(publicKey))
    expect(accepts(hex(message), hex(signature))).toBe(true)
    expect(accepts(hex(`${message}00`), hex(signature))).toBe(false)
    for (const at of [0, 31, 32, 63]) {
      const other = hex(signature)
      other[at] = (other[at] ?? 0) ^ 1
      expect(accepts(hex(message), other)).toBe(false)
    }
  })

  it('has one form, so that S plus the order of the group is refused', () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n
    const s = BigInt(`0x${hex(signature).subarray(32).reverse().toString('hex')}`) + order
    const other = Buffer.concat([hex(signature).subarray(0, 32), hex(s.toString(16).padStart(64, '0')).reverse()])
    expect(verifierOf(hex(publicKey))(hex(message), other)).toBe(false)
  })
})
