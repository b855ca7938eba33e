import { createHmac, randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Claims } from '../../../../server/credentials/claims.ts'
import { issuer } from '../../../../server/credentials/jwt.ts'
import { only } from '../../../../server/keys/lineage.ts'
import { signerOfSeed, verifierOf } from '../../../../server/keys/primitives/ed25519.ts'
import { Problem } from '../../../../src/problem.ts'

/** The key pair of RFC 8037, appendix A. */
const SEED = Buffer.from('nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A', 'base64url')
const X = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
const THUMBPRINT = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k'

const { publicKey, sign: signWith } = signerOfSeed(SEED)
const keyring = { publicKey, sign: async (message: Uint8Array) => signWith(message) }
const NOW = 1_800_000_000
const BASE = {
  sub: 'user:0b5c3f0e-8a35-4f4c-9d54-2b2a8a8f4a11',
  org: 'b3f0c2e4-1f2d-4c3b-8a79-6e5d4c3b2a10',
  iat: NOW,
  exp: NOW + 900,
  jti: 'a-token',
  gen: 0,
}
const HEADER = { alg: 'EdDSA', typ: 'JWT', kid: THUMBPRINT }

let now = NOW * 1_000
const tokens = issuer(only(keyring), () => now)
beforeEach(() => {
  now = NOW * 1_000
})

const b64 = (value: string | Uint8Array | object) =>
  (value instanceof Uint8Array
    ? Buffer.from(value)
    : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  ).toString('base64url')

/** A token with our own valid signature, whatever its content. */
function forged(payload: string | Uint8Array | object, header: string | object = HEADER): string {
  const signed = `${b64(header)}.${b64(payload)}`
  return `${signed}.${b64(signWith(Buffer.from(signed)))}`
}

function refusal(token: string): unknown {
  try {
    return tokens.verify(token)
  } catch (error) {
    if (!(error instanceof Problem)) return error
    return { code: error.code, message: error.message, cause: error.cause, extras: error.extras }
  }
}

const REFUSED = { code: 'auth.required', message: 'A valid token is needed.', cause: undefined, extras: {} }

describe('a token', () => {
  it('returns what it was issued for', async () => {
    const { token, expiresIn, jti } = await tokens.sign({ sub: BASE.sub, org: BASE.org, gen: 3, akid: 'key' }, 900)
    expect(expiresIn).toBe(900)
    expect(tokens.verify(token)).toEqual({ sub: BASE.sub, org: BASE.org, gen: 3, akid: 'key', iat: NOW, exp: NOW + 900, jti })
  })

  it('of an agent says what the agent can do', async () => {
    const claims = {
      sub: BASE.sub.replace('user', 'agent'),
      org: BASE.org,
      gen: 1,
      scopes: ['a/*'],
      vault_ids: [],
      intents_api_enabled: true,
    }
    const { token } = await tokens.sign(claims, 3_600)
    expect(tokens.verify(token)).toMatchObject(claims)
  })

  it('never has the jti of another', async () => {
    const issued = await Promise.all(Array.from({ length: 100 }, () => tokens.sign(BASE, 60)))
    expect(new Set(issued.map(({ jti }) => jti)).size).toBe(100)
  })

  it('is a JWS that others can check: EdDSA over the first two segments', async () => {
    const { token } = await tokens.sign({ sub: BASE.sub, org: BASE.org, gen: 0 }, 60)
    const [header = '', payload = '', signature = ''] = token.split('.')
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual(HEADER)
    expect(verifierOf(publicKey)(Buffer.from(`${header}.${payload}`), Buffer.from(signature, 'base64url'))).toBe(true)
  })

  it('is not issued for a duration of zero, or too long for a header', async () => {
    const vault_ids = Array.from({ length: 400 }, () => crypto.randomUUID())
    await expect(tokens.sign({ ...BASE, vault_ids }, 60)).rejects.toMatchObject({ code: 'resource.limit' })
    for (const ttl of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
      await expect(tokens.sign(BASE, ttl)).rejects.toThrow(RangeError)
  })

  it('fails with the key provider', async () => {
    const gone = issuer(only({ publicKey, sign: () => Promise.reject(new Problem('keys.unavailable')) }), () => now)
    await expect(gone.sign(BASE, 60)).rejects.toMatchObject({ code: 'keys.unavailable' })
  })
})

describe('the key', () => {
  it('is published with the thumbprint of RFC 8037, A.3', () => {
    expect(tokens.jwk()).toEqual({ kty: 'OKP', crv: 'Ed25519', x: X, kid: THUMBPRINT, alg: 'EdDSA', use: 'sig' })
  })
})

describe('a verified token', () => {
  it('is cached as a whole: another signature or payload is another token', () => {
    const good = forged(BASE)
    expect(tokens.verify(good)).toBe(tokens.verify(good))
    const [header, payload, signature = ''] = good.split('.')
    const other = Buffer.from(signature, 'base64url')
    other[10] = (other[10] ?? 0) ^ 1
    expect(refusal(`${header}.${payload}.${b64(other)}`)).toEqual(REFUSED)
    expect(refusal(`${header}.${b64({ ...BASE, gen: 1 })}.${signature}`)).toEqual(REFUSED)
  })

  it('cannot be changed by its holder', () => {
    const claims = tokens.verify(forged({ ...BASE, scopes: ['a'] }))
    expect(() => Object.assign(claims, { org: 'x' })).toThrow(TypeError)
    expect(() => Object.assign(claims.scopes ?? [], ['b'])).toThrow(TypeError)
  })

  it('expires on the second, cached or not', () => {
    const good = forged(BASE)
    now = (BASE.exp - 1) * 1_000 + 999
    expect(tokens.verify(good).jti).toBe('a-token')
    now = BASE.exp * 1_000
    expect(refusal(good)).toEqual(REFUSED)
    expect(refusal(forged({ ...BASE, jti: 'never seen' }))).toEqual(REFUSED)
  })

  it('can come from a clock that is up to a minute ahead, cached or not', () => {
    const good = forged(BASE)
    now = (NOW - 60) * 1_000
    expect(tokens.verify(good).jti).toBe('a-token')
    now = (NOW - 61) * 1_000
    expect(refusal(good)).toEqual(REFUSED)
    expect(refusal(forged({ ...BASE, jti: 'never seen' }))).toEqual(REFUSED)
  })
})

const good = forged(BASE)
const [head = '', body = '', tail = ''] = good.split('.')
const hmac = (header: object, secret: Uint8Array | string) => {
  const signed = `${b64(header)}.${body}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}
const stranger = signerOfSeed(randomBytes(32))
const strangerJwk = { kty: 'OKP', crv: 'Ed25519', x: b64(stranger.publicKey) }
const byStranger = (header: object) => {
  const signed = `${b64(header)}.${body}`
  return `${signed}.${b64(stranger.sign(Buffer.from(signed)))}`
}
/** The last character of a segment with its unused low bit set: the same bytes with another spelling. */
const loose = (segment: string) => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  return segment.slice(0, -1) + alphabet[alphabet.indexOf(segment.at(-1) ?? '') | 1]
}
const pem = `-----BEGIN PUBLIC KEY-----\n${Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), publicKey]).toString('base64')}\n-----END PUBLIC KEY-----\n`
const spaced = (text: string) => `${text.slice(0, 4)} ${text.slice(4)}`

const ATTACKS: Record<string, string> = {
  'alg none': `${b64({ alg: 'none', typ: 'JWT' })}.${body}.`,
  'alg None with our kid': `${b64({ ...HEADER, alg: 'None' })}.${body}.`,
  'alg none, with a signature': forged(BASE, { ...HEADER, alg: 'none' }),
  'HS256 with the raw public key': hmac({ ...HEADER, alg: 'HS256' }, publicKey),
  'HS256 with the public key as PEM': hmac({ ...HEADER, alg: 'HS256' }, pem),
  'HS256 with x': hmac({ ...HEADER, alg: 'HS256' }, X),
  'HS256 by an empty key': hmac({ ...HEADER, alg: 'HS256' }, ''),
  'another algorithm over our signature': forged(BASE, { ...HEADER, alg: 'ES256' }),
  'alg in other letters': forged(BASE, { ...HEADER, alg: 'eddsa' }),
  'alg Ed25519': forged(BASE, { ...HEADER, alg: 'Ed25519' }),
  'an array as alg': forged(BASE, { ...HEADER, alg: ['EdDSA'] }),
  'no alg': forged(BASE, { typ: 'JWT', kid: THUMBPRINT }),
  'unknown crit': forged(BASE, { ...HEADER, crit: ['exp'], exp: 1 }),
  'b64 false': forged(BASE, { ...HEADER, b64: false, crit: ['b64'] }),
  'an embedded jwk': byStranger({ ...HEADER, jwk: strangerJwk }),
  'a jku': byStranger({ ...HEADER, jku: 'https://attacker.example/jwks.json' }),
  'an x5u': byStranger({ ...HEADER, x5u: 'https://attacker.example/x' }),
  'an x5c': byStranger({ ...HEADER, x5c: ['AA=='] }),
  'the key of a stranger under our header': byStranger(HEADER),
  'an unknown kid': forged(BASE, { ...HEADER, kid: 'other' }),
  'no kid': forged(BASE, { alg: 'EdDSA', typ: 'JWT' }),
  'a kid that is a path': forged(BASE, { ...HEADER, kid: '../../../dev/null' }),
  'a kid that is SQL': forged(BASE, { ...HEADER, kid: "x' UNION SELECT 'a" }),
  'a kid that is a number': forged(BASE, { ...HEADER, kid: 0 }),
  'another typ': forged(BASE, { ...HEADER, typ: 'at+jwt' }),
  'our header in another order': forged(BASE, { typ: 'JWT', alg: 'EdDSA', kid: THUMBPRINT }),
  'our header with a space': forged(BASE, JSON.stringify(HEADER).replace(':', ': ')),
  'our header twice over': forged(BASE, `${JSON.stringify(HEADER).slice(0, -1)},"alg":"EdDSA"}`),
  zip: forged(BASE, { ...HEADER, zip: 'DEF' }),

  'sub of nobody': forged({ ...BASE, sub: undefined }),
  'sub as an array': forged({ ...BASE, sub: [BASE.sub] }),
  'sub of another kind': forged({ ...BASE, sub: BASE.sub.replace('user', 'admin') }),
  'sub without a kind': forged({ ...BASE, sub: BASE.sub.slice(5) }),
  'sub with more after it': forged({ ...BASE, sub: `${BASE.sub}\n` }),
  'sub in capitals': forged({ ...BASE, sub: BASE.sub.toUpperCase() }),
  'org that is no id': forged({ ...BASE, org: '*' }),
  'org as an object': forged({ ...BASE, org: { toString: BASE.org } }),
  'exp as a string': forged({ ...BASE, exp: String(BASE.exp) }),
  'exp 1e400': forged(JSON.stringify(BASE).replace(String(BASE.exp), '1e400')),
  'exp as a fraction': forged({ ...BASE, exp: BASE.exp + 0.5 }),
  'exp null': forged({ ...BASE, exp: null }),
  'exp true': forged({ ...BASE, exp: true }),
  'exp as an array': forged({ ...BASE, exp: [BASE.exp] }),
  'exp beyond the safe integers': forged({ ...BASE, exp: 2 ** 60 }),
  'exp below zero': forged({ ...BASE, exp: -1 }),
  'exp now': forged({ ...BASE, exp: NOW }),
  'exp not after iat': forged({ ...BASE, iat: NOW + 30, exp: NOW + 30 }),
  'no exp': forged({ ...BASE, exp: undefined }),
  'iat in the future': forged({ ...BASE, iat: NOW + 61 }),
  'iat as a string': forged({ ...BASE, iat: String(NOW) }),
  'no iat': forged({ ...BASE, iat: undefined }),
  'no jti': forged({ ...BASE, jti: undefined }),
  'jti empty': forged({ ...BASE, jti: '' }),
  'jti as a number': forged({ ...BASE, jti: 7 }),
  'no gen': forged({ ...BASE, gen: undefined }),
  'gen as a string': forged({ ...BASE, gen: '0' }),
  'gen below zero': forged({ ...BASE, gen: -1 }),
  'akid null': forged({ ...BASE, akid: null }),
  'scopes as a string': forged({ ...BASE, scopes: '*' }),
  'scopes of numbers': forged({ ...BASE, scopes: [1] }),
  'vault_ids as an object': forged({ ...BASE, vault_ids: { 0: 'x', length: 1 } }),
  'intents_api_enabled as a string': forged({ ...BASE, intents_api_enabled: 'false' }),
  'an array as aud': forged({ ...BASE, aud: ['1claw', 'other'] }),
  'an array as iss': forged({ ...BASE, iss: ['1claw'] }),
  nbf: forged({ ...BASE, nbf: NOW + 100 }),
  'a claim named __proto__': forged(`${JSON.stringify(BASE).slice(0, -1)},"__proto__":{"gen":0}}`),
  'claims by inheritance only': forged(`{"__proto__":${JSON.stringify(BASE)}}`),
  'an array of claims': forged([BASE]),
  'a string': forged('"user"'),
  null: forged('null'),
  'half of JSON': forged(JSON.stringify(BASE).slice(0, -1)),
  'JSON and more': forged(`${JSON.stringify(BASE)}{}`),
  'a byte order mark': forged(`\ufeff${JSON.stringify(BASE)}`),

  'no signature': `${head}.${body}.`,
  'two segments': `${head}.${body}`,
  'four segments': `${good}.`,
  'five segments, as an encrypted token': `${head}.${body}.${tail}.${body}.${tail}`,
  nothing: '',
  dots: '..',
  'a truncated signature': `${head}.${body}.${tail.slice(0, -4)}`,
  'a longer signature': `${head}.${body}.${tail}AAAA`,
  'a signature of zeros': `${head}.${body}.${b64(Buffer.alloc(64))}`,
  'the signature of another token': `${head}.${body}.${forged({ ...BASE, gen: 9 }).split('.')[2]}`,
  'another payload': `${head}.${b64({ ...BASE, sub: BASE.sub.replace('user', 'agent') })}.${tail}`,
  'loose bits in the signature': `${head}.${body}.${loose(tail)}`,
  'padding on the signature': `${good}==`,
  'padding on the payload': `${head}.${body}=.${tail}`,
  'plain base64': `${head}.${body}.${Buffer.from(tail, 'base64url').toString('base64')}`,
  'a line feed at the end': `${good}\n`,
  'a space before': ` ${good}`,
  'a NUL at the end': `${good}\0`,
  'a space in the payload': `${head}.${spaced(body)}.${tail}`,
  'a space in the signature': `${head}.${body}.${spaced(tail)}`,
  'a comma and another token': `${good},${good}`,
  'the scheme': `Bearer ${good}`,
  'a megabyte': `${head}.${'A'.repeat(2 ** 20)}.${tail}`,
  'a serialization in JSON': JSON.stringify({ protected: head, payload: body, signature: tail }),
}

describe('a foreign or malformed token', () => {
  it('differs from a valid one only in the attacked part', () => {
    expect(tokens.verify(forged(BASE)).jti).toBe('a-token')
    expect(loose(tail)).not.toBe(tail)
    expect(Buffer.from(loose(tail), 'base64url')).toEqual(Buffer.from(tail, 'base64url'))
  })

  it.each(Object.entries(ATTACKS))('is refused: %s', (_, token) => {
    expect(refusal(token)).toEqual(REFUSED)
    // And is not remembered as valid.
    expect(refusal(token)).toEqual(REFUSED)
  })

  it('cannot use the keys of another installation', async () => {
    const other = issuer(
      only({ publicKey: stranger.publicKey, sign: async (message: Uint8Array) => stranger.sign(message) }),
      () => now,
    )
    const { token } = await other.sign(BASE satisfies Claims, 900)
    expect(other.verify(token)).toBeTruthy()
    expect(refusal(token)).toEqual(REFUSED)
    expect(other.jwk().kid).not.toBe(tokens.jwk().kid)
  })
})
