import { describe, expect, it } from 'vitest'
import { linesOf, metadataOf } from '../../../../../../server/console/pages/secrets/metadata.ts'
import { providerKeyOf, troubleOf } from '../../../../../../server/console/pages/secrets/secret.ts'
import { bundleOf } from '../../../../../../server/console/pages/secrets/value/bundle.ts'

const NOW = Date.parse('2026-01-10T00:00:00Z')

describe('the state of a version', () => {
  it.each([
    [{}, undefined],
    [{ is_disabled: true, expires_at: '2020-01-01T00:00:00Z' }, 'Disabled'],
    [{ expires_at: '2026-01-10T00:00:00Z' }, 'Expired'],
    [{ expires_at: '2026-01-17T00:00:00Z' }, 'Expires soon'],
    [{ expires_at: '2026-01-17T00:00:01Z' }, undefined],
    [{ max_access_count: 2, access_count: 2, expires_at: '2026-01-11T00:00:00Z' }, 'Used up'],
    [{ max_access_count: 2, access_count: 1 }, undefined],
    [{ max_access_count: 2 }, undefined],
  ])('%j is %s', (version, trouble) => {
    expect(troubleOf(version, NOW)).toBe(trouble)
  })
})

describe('a key in the key provider', () => {
  it('is one that the server reports, not one whose metadata claims so', () => {
    const metadata = { address: '0x1', key_provider: 'pkcs11' }
    expect(providerKeyOf({ held_by_provider: true, metadata })).toEqual({ address: '0x1', provider: 'pkcs11' })
    expect(providerKeyOf({ metadata })).toBeUndefined()
  })
})

describe('metadata as lines', () => {
  it.each([
    { text: 'a', number: 3, flag: true, nothing: null, list: [1, 'b'], object: { deep: { er: '=' } } },
    { looksLikeNumber: '3', looksLikeJson: '{"a":1}', quoted: '"x"', lines: 'a\nb', equals: 'a=b', empty: '' },
    {},
  ])('is restored unchanged: %j', metadata => {
    expect(metadataOf(linesOf(metadata))).toEqual(metadata)
  })

  it('names the invalid line', () => {
    expect(metadataOf('a=1\n\n=2')).toBe('Write each line as key=value; this line is not: =2')
    expect(metadataOf('a b')).toContain('a b')
  })

  it('does not treat a prototype as an entry', () => {
    expect(Object.keys(metadataOf('__proto__={"a":1}'))).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(metadataOf('__proto__={"a":1}'))).toBe(Object.prototype)
  })
})

describe('a bundle', () => {
  it('is a JSON object of strings or plain lines', () => {
    expect(bundleOf(' {"A":"1","B":""}')).toEqual([
      ['A', '1'],
      ['B', ''],
    ])
    expect(bundleOf('A=1\r\n# no\r\n\r\nexport B = x=y \r\n')).toEqual([
      ['A', '1'],
      ['B', 'x=y'],
    ])
  })

  it.each(['{"A":1}', '{"A":', '', 'A="1"', "A='1'", 'A=1 # comment', 'A=a\\nb', 'no variable', '[1]'])(
    'in another form is shown unchanged: %j',
    value => {
      expect(bundleOf(value)).toBeUndefined()
    },
  )
})
