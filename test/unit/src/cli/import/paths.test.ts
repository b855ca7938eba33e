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

  it.each([[['..']], [['']], [['a', '']], [['x'.repeat(513)]]])(
    'does not exist for %j, which is reported with its name',
    names => {
      expect(() => paths([names])).toThrow(expect.objectContaining({ code: 'usage' }))
    },
  )

  it('is different for names in other scripts, of which nothing can be in a path', () => {
    expect(paths([['銀行'], ['会社'], ['🔑'], ['Банк 2'], ['-']])).toEqual(['u9280u884c', 'u4f1au793e', 'u1f511', '2', '-'])
  })

  it('is asked for once, for all that have none or the same one', () => {
    const names = [['..'], ['a b'], ['a-b'], ['a:b'], ['c d'], ['c-d']]
    expect(() => paths(names)).toThrow(
      [
        '.. would be the secret "..", which is not a valid path.',
        'a b and a-b and a:b would all be the secret a-b.',
        'c d and c-d would both be the secret c-d.',
      ].join('\n'),
    )
    expect(() => paths(Array.from({ length: 12 }, (_, at) => [`${at}`, '..']))).toThrow('… and 2 more.')
  })

  it('cannot be told apart by --map where the file has a name twice', () => {
    const hints = [[['x'], ['x']], [['']], [['a b'], ['a-b']]].map(names => {
      try {
        return paths(names).join()
      } catch (error) {
        return error instanceof Problem ? error.extras.hint : ''
      }
    })
    expect(hints.map(hint => hint?.slice(0, 24))).toEqual([
      'Give it another name in ',
      'Give it another name in ',
      'Give it another path: --',
    ])
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
