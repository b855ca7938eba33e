import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fingerprintWith } from '../../../../../src/cli/import/fingerprint.ts'
import { named } from '../../../../../src/cli/import/paths.ts'
import { SECRET_PATH } from '../../../../../src/path-pattern.ts'
import { Problem } from '../../../../../src/problem.ts'

const paths = (names: string[][], naming: Parameters<typeof named>[1] = {}) =>
  named(
    names.map(each => ({ names: each, value: 'v' })),
    naming,
  ).map(({ path }) => path)

describe('the path of an imported secret', () => {
  it('consists of its names, with dashes for invalid characters', () => {
    expect(paths([['DB_URL'], ['Café Müller', 'one-time password'], ['a/b: c', '(x)'], ['tls.crt']])).toEqual([
      'DB_URL',
      'Cafe-Muller/one-time-password',
      'a-b-c/x',
      'tls.crt',
    ])
  })

  it('has the prefix and follows --map', () => {
    const map = ['DB_URL=db/url', 'AWS_*=aws/*', '*/password=logins/*/pw']
    expect(paths([['DB_URL'], ['AWS_KEY'], ['mail', 'password'], ['X']], { prefix: 'prod/', map })).toEqual([
      'prod/db/url',
      'prod/aws/KEY',
      'prod/logins/mail/pw',
      'prod/X',
    ])
  })

  it('is not assigned to excluded entries', () => {
    expect(paths([['A'], ['OLD_A']], { exclude: ['OLD_*'] })).toEqual(['A'])
  })

  it('is not assigned twice', () => {
    expect(() => paths([['a b'], ['a-b']])).toThrow('a b and a-b would both be the secret a-b.')
  })

  it.each([[['..']], [['']], [['a', '']], [['日本']]])('does not exist for %j, which is reported with its name', names => {
    const refused = names[0] === '日本' ? paths([names]) : undefined
    if (refused) expect(refused).toEqual(['-'])
    else expect(() => paths([names])).toThrow(expect.objectContaining({ code: 'usage' }))
  })

  it.each(['A', '=x', 'A=', '*_*=x', 'A=*'])('is refused for --map %s', map => {
    expect(() => paths([['A']], { map: [map] })).toThrow('is not NAME=path')
  })

  it('is accepted by the server, whatever the names are', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 4 }), names => {
        try {
          for (const path of paths([names])) expect(path).toMatch(SECRET_PATH)
        } catch (error) {
          expect(error).toBeInstanceOf(Problem)
        }
      }),
    )
  })
})

describe('a fingerprint', () => {
  it('covers all its parts and the key', () => {
    const [one, other] = [fingerprintWith(Buffer.alloc(32, 1)), fingerprintWith(Buffer.alloc(32, 2))]
    expect(one('v', 'a', 'b')).toBe(one('v', 'a', 'b'))
    expect(new Set([one('v', 'a', 'b'), one('v', 'ab', ''), one('v', 'a', 'c'), other('v', 'a', 'b')]).size).toBe(4)
  })
})
