import { describe, expect, it } from 'vitest'
import { canonicalUserCode, newUserCode } from '../../../../../server/modules/device/user-code.ts'

describe('user codes', () => {
  it('consist of eight consonants, drawn from all twenty, and a dash', () => {
    const codes = Array.from({ length: 500 }, newUserCode)
    for (const code of codes) expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    expect(new Set(codes).size).toBe(codes.length)
    expect(new Set(codes.join('').replaceAll('-', '')).size).toBe(20)
  })

  it.each(['BCDF-GHJK', 'bcdfghjk', ' bcdf ghjk ', 'BC-DF-GH-JK', 'bcdf–ghjk', 'B C D F G H J K', 'bcdf_ghjk\n'])(
    'typed as %j are read as BCDF-GHJK',
    typed => {
      expect(canonicalUserCode(typed)).toBe('BCDF-GHJK')
    },
  )

  it.each(['', '-', 'BCDF', 'BCDF-GHJKL', '🦀🦀🦀🦀', 'x'.repeat(2000)])('typed as %j are not valid', typed => {
    expect(canonicalUserCode(typed)).not.toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
  })
})
