import { describe, expect, it } from 'vitest'
import {
  compact,
  isTotpCode,
  newRecoveryCodes,
  newTotpSecret,
  otpauthUri,
  stepOf,
} from '../../../../../server/modules/mfa/codes.ts'

/** The secret of RFC 6238, appendix B, in base32; its codes there have eight digits, of which the last six are ours. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

describe('codes of an authenticator', () => {
  it.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('equal those of RFC 6238 at %i s', (seconds, code) => {
    expect(stepOf(SECRET, code, seconds * 1000)).toBe(Math.floor(seconds / 30))
  })

  it('are accepted one step early or late, with their step', () => {
    const at = 1234567890_000
    const step = Math.floor(at / 30_000)
    expect(stepOf(SECRET, '005924', at + 30_000)).toBe(step)
    expect(stepOf(SECRET, '005924', at - 30_000)).toBe(step)
    expect(stepOf(SECRET, '005924', at + 60_000)).toBeUndefined()
    expect([' 005-924 ', '005 924'].map(typed => stepOf(SECRET, typed, at))).toEqual([step, step])
    expect(stepOf(SECRET, '005925', at)).toBeUndefined()
    for (const code of ['', '5924', 'abcdef', '0059240', '٠٠٥٩٢٤']) expect(stepOf(SECRET, code, at)).toBeUndefined()
  })

  it('are recognised in every spelling', () => {
    expect(['123456', '123 456', ' 123-456 '].map(isTotpCode)).toEqual([true, true, true])
    expect(['12345', 'ABCD-EFGH', '1234567'].map(isTotpCode)).toEqual([false, false, false])
    expect(compact(' abcd-efgh ')).toBe('ABCDEFGH')
  })
})

it('new secrets have 160 bits and come in a URI that authenticators read', () => {
  const secret = newTotpSecret()
  expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  expect(newTotpSecret()).not.toBe(secret)
  const uri = new URL(otpauthUri(secret, 'ada@example.com'))
  expect(decodeURIComponent(uri.pathname)).toContain('1claw:ada@example.com')
  expect(Object.fromEntries(uri.searchParams)).toMatchObject({
    issuer: '1claw',
    secret,
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  })
})

it('there are eight long recovery codes, all different', () => {
  const codes = newRecoveryCodes()
  expect(new Set(codes).size).toBe(8)
  for (const code of codes) expect(code).toMatch(/^([A-HJKMNP-Z2-9]{4}-){3}[A-HJKMNP-Z2-9]{4}$/)
  for (const code of codes) expect(isTotpCode(code)).toBe(false)
})
