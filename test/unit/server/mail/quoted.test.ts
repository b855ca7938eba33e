import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quoted } from '../../../../server/mail/quoted.ts'

describe('text from strangers in a mail', () => {
  it.each([
    ['CI bot', '"CI bot"'],
    ['a\r\n\r\nYour account is locked:\u2028call us', '"a Your account is locked: call us"'],
    ['go to https://evil.example/x now', '"go to https evil[.]example/x now"'],
    ['www.evil.example', '"www[.]evil[.]example"'],
    ['"quoted". The server says', '"’quoted’. The server says"'],
    ['right\u202eleft', '"right left"'],
    ['x'.repeat(200), `"${'x'.repeat(119)}…"`],
  ])('%j are %s', (text, shown) => {
    expect(quoted(text)).toBe(shown)
  })

  it('are always one short line, without a link and without an end of the quotation', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), text => {
        const shown = quoted(text)
        expect(shown).toMatch(/^"[^"\p{C}\u2028\u2029]*"$/u)
        expect(shown).not.toMatch(/:\/\/|[a-z0-9]\.[a-z0-9]/i)
      }),
    )
  })
})
