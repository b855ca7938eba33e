import { describe, expect, it } from 'vitest'
import { issuer } from '../../../../server/credentials/jwt.ts'
import { lineage } from '../../../../server/keys/lineage.ts'
import { signerOfSeed } from '../../../../server/keys/primitives/ed25519.ts'
import { Problem } from '../../../../src/problem.ts'

const keyOf = (byte: number) => {
  const { publicKey, sign } = signerOfSeed(Buffer.alloc(32, byte))
  return { publicKey, sign: async (message: Uint8Array) => sign(message) }
}
const encoded = (key: ReturnType<typeof keyOf>) => Buffer.from(key.publicKey).toString('base64url')

const NOW = 1_800_000_000
const claims = {
  sub: 'user:0b5c3f0e-8a35-4f4c-9d54-2b2a8a8f4a11',
  org: 'b3f0c2e4-1f2d-4c3b-8a79-6e5d4c3b2a10',
  gen: 0,
}

describe('token keys that replace each other', () => {
  const first = { number: 1, startsAt: 0, ended: false, key: keyOf(7) }
  const second = { number: 2, startsAt: (NOW + 60) * 1000, ended: false, key: keyOf(9) }

  it('sign from their start, are published before it, and are both accepted until the first has ended', async () => {
    let now = NOW * 1000
    const keys = lineage<ReturnType<typeof keyOf>>(() => now)
    keys.keep([first, second])
    const both = issuer(keys, () => now)
    const { token: early } = await both.sign(claims, 900)
    expect(both.jwks().map(({ x }) => x)).toEqual([encoded(second.key), encoded(first.key)])
    expect(both.jwk().x).toBe(encoded(first.key))
    now += 60_000
    expect(both.jwk().x).toBe(encoded(second.key))
    const { token: late } = await both.sign(claims, 900)
    for (const token of [early, late]) expect(both.verify(token)).toMatchObject({ gen: 0 })
    keys.keep([{ ...first, ended: true }, second])
    expect(() => both.verify(early)).toThrow(Problem)
    expect(both.verify(late)).toMatchObject({ gen: 0 })
    expect(both.jwks()).toHaveLength(1)
  })

  it('sign nothing while the current one is not open', async () => {
    const keys = lineage<ReturnType<typeof keyOf>>(() => NOW * 1000)
    keys.keep([first, { ...second, startsAt: 0, key: undefined }])
    await expect(issuer(keys, () => NOW * 1000).sign(claims, 900)).rejects.toMatchObject({ code: 'keys.unavailable' })
  })
})
