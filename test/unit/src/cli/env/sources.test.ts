import { describe, expect, it } from 'vitest'
import { bundleVariables } from '../../../../../src/cli/env/bundle.ts'
import { envFileEntries } from '../../../../../src/cli/env/env-file.ts'
import { parseReference } from '../../../../../src/cli/references/reference.ts'

describe('a reference', () => {
  it.each([
    ['1claw://prod/db/password', { vault: 'prod', path: 'db/password' }],
    ['1claw://my%20vault/db%2Fpassword?version=3', { vault: 'my vault', path: 'db/password', version: 3 }],
    ['1claw://5b1c0a52-6a55-4c27-9d4c-3a3d7c1a2f10/x', { vault: '5b1c0a52-6a55-4c27-9d4c-3a3d7c1a2f10', path: 'x' }],
    [
      '1claw://prod/x?field=a.b%20c&version=2&encoding=base64',
      { vault: 'prod', path: 'x', version: 2, field: 'a.b c', encoding: 'base64' },
    ],
    ['1claw://prod/x?field=a+b', { vault: 'prod', path: 'x', field: 'a+b' }],
    ['1claw://caf%C3%A9/x', { vault: 'café', path: 'x' }],
  ])('%s', (text, reference) => {
    expect(parseReference(text, 'here')).toEqual(reference)
  })

  it.each([
    'https://prod/x',
    '1claw://',
    '1claw://prod',
    '1claw://prod/',
    '1claw:///x',
    '1claw://prod/x?version=0',
    '1claw://prod/x?version=1e3',
    '1claw://prod/x?field=',
    '1claw://prod/x?field',
    '1claw://prod/x?field=a&field=b',
    '1claw://prod/x?encoding=rot13',
    '1claw://prod/x?fields=a',
    '1claw://prod/x?',
    '1claw://prod/x?field=%zz',
    '1claw://prod/x?version=1&version=2',
    '1claw://prod/x?version=1?version=2',
    '1claw://prod/x#y',
    '1claw://prod/%zz',
    '1claw://prod/%ff',
    '1claw://prod/a%00b',
    '1claw://prod/../x',
    '1claw://prod/a b',
  ])('is not %s', text => {
    expect(() => parseReference(text, 'A in .env')).toThrow(expect.objectContaining({ code: 'usage' }))
    expect(() => parseReference(text, 'A in .env')).toThrow('A in .env')
  })
})

describe('an env file', () => {
  it('can contain literals and references', () => {
    const text = 'A=1\n# note\nB="two words"\nC=1claw://prod/c\nexport D=\'1claw://prod/d?version=2\'\n'
    expect(envFileEntries(text, '.env')).toEqual([
      { name: 'A', origin: 'A in .env', value: '1', literal: true },
      { name: 'B', origin: 'B in .env', value: 'two words', literal: true },
      { name: 'C', origin: 'C in .env', reference: { vault: 'prod', path: 'c' } },
      { name: 'D', origin: 'D in .env', reference: { vault: 'prod', path: 'd', version: 2 } },
    ])
  })
})

describe('a bundle', () => {
  const pairs = (value: string) => bundleVariables('prod/env', value).map(({ name, value, origin }) => [name, value, origin])

  it('is a JSON object of strings', () => {
    expect(pairs('{"A":"1","b_c":"x\\ny","":"z"}')).toEqual([
      ['A', '1', 'A in prod/env'],
      ['b_c', 'x\ny', 'b_c in prod/env'],
      ['', 'z', ' in prod/env'],
    ])
  })

  it('consists of lines of a .env file', () => {
    expect(pairs('A=1\r\nB="x y"\r\n\r\n# c\n').map(([name, value]) => `${name}=${value}`)).toEqual(['A=1', 'B=x y'])
    expect(pairs('')).toEqual([])
  })

  it.each(['{"A":1}', '{"A":null}', '{"A":["x"]}', '{"s3cret', 's3cret'])(
    'is not %s, which is reported without its content',
    value => {
      expect(() => pairs(value)).toThrow(/prod\/env/)
      expect(() => pairs(value)).toThrow(expect.not.objectContaining({ message: expect.stringContaining('s3cret') }))
    },
  )
})
