import { describe, expect, it } from 'vitest'
import { canonicalPath, restOfUrl } from '../../../../../server/http/path/secret-path.ts'
import { CANONICAL, REFUSED } from '../../../../support/path-tricks.ts'
import { chance } from '../../../../support/random.ts'

describe('canonicalPath', () => {
  it.each(CANONICAL)('%s is %s', (encoded, path) => {
    expect(canonicalPath(encoded)).toBe(path)
  })

  it.each(REFUSED)('refuses %j', encoded => {
    expect(() => canonicalPath(encoded)).toThrow(
      expect.objectContaining({ code: 'request.invalid', extras: { fields: { path: expect.any(String) } } }),
    )
  })

  it('accepts only canonical paths, whatever the input', () => {
    const random = chance(3)
    const pieces = [
      'a',
      'Z',
      '0',
      '_',
      '-',
      '.',
      '..',
      '/',
      '//',
      '%2F',
      '%2f',
      '%2e',
      '%2E',
      '%25',
      '%252f',
      '%00',
      '\\',
      '%5c',
      ';',
      ' ',
      'é',
      '%c3%a9',
      '%',
    ]
    let canonical = 0
    for (let i = 0; i < 30_000; i++) {
      const encoded = Array.from({ length: 1 + random.integer(6) }, () => random.of(pieces)).join('')
      const path = attempt(encoded)
      if (path === undefined) continue
      canonical++
      expect(path).toBe(decodeURIComponent(encoded))
      for (const segment of path.split('/')) expect(segment).toMatch(/^(?!\.{1,2}$)[A-Za-z0-9_.-]+$/)
    }
    expect(canonical).toBeGreaterThan(1000)
  })
})

describe('restOfUrl', () => {
  it.each([
    ['/v1/vaults/x/secrets/a/b', 4, 'a/b'],
    ['/v1/vaults/x/secrets/a%2Fb', 4, 'a%2Fb'],
    ['/v1/vaults/x/secrets/a?b=/c', 4, 'a'],
    ['/v1/vaults/x/secrets/a#/b', 4, 'a'],
    ['/v1/vaults/x/secrets/', 4, ''],
    ['/v1/vaults/x/secrets//a', 4, '/a'],
  ])('%s after %i segments: %j', (url, segments, rest) => {
    expect(restOfUrl(url, segments)).toBe(rest)
  })
})

function attempt(encoded: string): string | undefined {
  try {
    return canonicalPath(encoded)
  } catch {
    return undefined
  }
}
