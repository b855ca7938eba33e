import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clientAssertions } from '../../../../../server/modules/auth/client-assertions.ts'
import { idTokens } from '../../../../../server/modules/auth/id-tokens.ts'

const ISSUER = 'https://issuer.example'
const CLIENT = 'client'

/** An issuer whose key can be rotated, and the number of times that its keys were fetched. */
async function rotatingIssuer() {
  const newKey = async (kid: string) => ({ kid, ...(await generateKeyPair('RS256')) })
  let key = await newKey('first')
  const state = { fetches: 0 }
  return {
    state,
    async rotate() {
      key = await newKey('second')
    },
    async get({ url }: { readonly url: string }) {
      const { kid, publicKey } = key
      const isKeys = url.endsWith('/jwks')
      if (isKeys) state.fetches++
      const keys = [{ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' }]
      const discovery = { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks`, authorization_endpoint: `${ISSUER}/auth` }
      return { status: 200, body: JSON.stringify(isKeys ? { keys } : discovery) }
    },
    token: () =>
      new SignJWT({ email: 'ada@example.com', email_verified: true })
        .setProtectedHeader({ alg: 'RS256', kid: key.kid })
        .setIssuer(ISSUER)
        .setAudience(CLIENT)
        .setSubject(CLIENT)
        .setIssuedAt()
        .setExpirationTime('5m')
        .sign(key.privateKey),
  }
}

type Issuer = Awaited<ReturnType<typeof rotatingIssuer>>

const accepting = {
  people(issuer: Issuer) {
    const tokens = idTokens({ issuer: ISSUER, clientId: CLIENT, jwksUri: undefined }, issuer, Date.now)
    return (token: string) =>
      tokens.verify(token, undefined).then(
        () => true,
        () => false,
      )
  },
  workloads(issuer: Issuer) {
    const tokens = clientAssertions({ issuers: [ISSUER], audience: () => CLIENT, http: issuer, clock: Date.now })
    return (token: string) => tokens.verify(token, { issuer: ISSUER, clientId: CLIENT })
  },
}

describe.each(['people', 'workloads'] as const)('the key of an issuer of tokens of %s', whose => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
  afterEach(() => void vi.useRealTimers())

  it('can be rotated: the new one is accepted within two seconds of the last fetch', async () => {
    const issuer = await rotatingIssuer()
    const accepts = accepting[whose](issuer)
    expect(await accepts(await issuer.token())).toBe(true)
    await issuer.rotate()
    vi.setSystemTime(Date.now() + 2_000)
    expect(await accepts(await issuer.token())).toBe(true)
    expect(issuer.state.fetches).toBe(2)
  })

  it('is fetched again once a second at most, however many tokens have unknown keys', async () => {
    const issuer = await rotatingIssuer()
    const accepts = accepting[whose](issuer)
    expect(await accepts(await issuer.token())).toBe(true)
    const [, payload, signature] = (await issuer.token()).split('.')
    const made = (n: number) =>
      `${Buffer.from(JSON.stringify({ alg: 'RS256', kid: `unknown-${n}` })).toString('base64url')}.${payload}.${signature}`
    const tryMany = () => Promise.all(Array.from({ length: 20 }, (_, n) => accepts(made(n))))
    expect(new Set(await tryMany())).toEqual(new Set([false]))
    expect(issuer.state.fetches).toBe(1)
    vi.setSystemTime(Date.now() + 2_000)
    await tryMany()
    await tryMany()
    expect(issuer.state.fetches).toBe(2)
  })
})
