import { describe, expect, it } from 'vitest'
import { checkScopes, endMs, keptObject } from '../../../../server/http/checks.ts'

const refusal = (field: string) =>
  expect.objectContaining({ code: 'request.invalid', extras: { fields: { [field]: expect.any(String) } } })

function nested(depth: number): Record<string, unknown> {
  let object: Record<string, unknown> = {}
  for (let i = 1; i < depth; i++) object = { a: object }
  return object
}

describe('keptObject', () => {
  it('returns the object unchanged', () => {
    const object = { a: [1, { b: null }], 'ключ\0': 'ö' }
    expect(keptObject('metadata', object)).toBe(object)
  })

  it('accepts 32 levels and refuses deeper ones', () => {
    expect(() => keptObject('metadata', nested(32))).not.toThrow()
    expect(() => keptObject('metadata', nested(40))).toThrow(refusal('metadata'))
    expect(() => keptObject('metadata', JSON.parse(`${'{"a":['.repeat(200_000)}${']}'.repeat(200_000)}`))).toThrow(
      refusal('metadata'),
    )
  })

  it('accepts 16 KiB and refuses more', () => {
    const fitting = { a: 'x'.repeat(16 * 1024 - '{"a":""}'.length) }
    expect(keptObject('metadata', fitting)).toBe(fitting)
    expect(() => keptObject('metadata', { a: `${fitting.a}x` })).toThrow(refusal('metadata'))
    expect(() => keptObject('shroud_config', { a: Array(1_000_000).fill(0) })).toThrow(refusal('shroud_config'))
  })
})

describe('checkScopes', () => {
  it('accepts path patterns and labels', () => {
    const scopes = ['prod/**', '*', 'team:ops', 'any thing: with a colon']
    expect(checkScopes(scopes)).toBe(scopes)
  })

  it('names the invalid scope', () => {
    expect(() => checkScopes(['prod/**', '/prod'])).toThrow(refusal('scopes[1]'))
  })
})

describe('endMs', () => {
  const END = Date.UTC(2026, 6, 15, 12)

  it('reads an instant of any offset', () => {
    expect(endMs('2026-07-15T14:00:00+02:00', END - 1)).toBe(END)
    expect([endMs(null, END), endMs(undefined, END)]).toEqual([null, null])
  })

  it('refuses one in the past, unless it is already set', () => {
    expect(() => endMs('2026-07-15T12:00:00Z', END)).toThrow(refusal('expires_at'))
    expect(endMs('2026-07-15T12:00:00Z', END + 5, END)).toBe(END)
    expect(() => endMs('2026-07-15T12:00:00Z', END + 5, END - 1)).toThrow(refusal('expires_at'))
  })
})
