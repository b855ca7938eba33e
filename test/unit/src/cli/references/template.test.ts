import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filtered, templatePieces } from '../../../../../src/cli/references/template.ts'

describe('a template', () => {
  it('has text and references', () => {
    expect(templatePieces('a: {{ 1claw://prod/a }}\nb: {{1claw://prod/b?field=x|base64}}', 't')).toEqual([
      { text: 'a: ' },
      { reference: { vault: 'prod', path: 'a' }, filters: [], where: 't:1' },
      { text: '\nb: ' },
      { reference: { vault: 'prod', path: 'b', field: 'x' }, filters: [{ name: 'base64' }], where: 't:2' },
      { text: '' },
    ])
  })

  it('accepts defaults in both quotes, and filters in order', () => {
    const text = `{{ 1claw://p/a | default "a \\"b\\" }}\\n" | json | shell }}{{ 1claw://p/b | default '{{ | }}' }}`
    const filters = templatePieces(text, 't').flatMap(piece => ('filters' in piece ? [piece.filters] : []))
    expect(filters).toEqual([
      [{ name: 'default', text: 'a "b" }}\n' }, { name: 'json' }, { name: 'shell' }],
      [{ name: 'default', text: '{{ | }}' }],
    ])
  })

  it('takes away what is beside a dash', () => {
    const pieces = templatePieces('a \n{{- 1claw://p/a -}}\n\n b {{ 1claw://p/b-}}\nc\n  \\{{- 1claw://p/c }}', 't')
    const texts = pieces.map(piece => ('text' in piece ? piece.text : `<${piece.reference.path}>`)).join('')
    expect(texts).toBe('a<a>b <b->\nc\n  {{- 1claw://p/c }}')
  })

  it.each(['{{ .Values.name }} {{#if x}}{{/if}} \u0024{{ secrets.X }} }} {{ 1claw', '{{{ 2claw://a/b }}}', ''])(
    'does not change other braces: %s',
    text => {
      expect(templatePieces(text, 't')).toEqual([{ text }])
    },
  )

  it('removes the backslash before an escaped reference', () => {
    const pieces = templatePieces('\\{{ 1claw://p/a }}', 't')
    expect(pieces.map(piece => ('text' in piece ? piece.text : '?')).join('')).toBe('{{ 1claw://p/a }}')
  })

  it.each([
    ['{{ 1claw://p/a', 'are not closed'],
    ['{{ 1claw://p/a\n | base64 x }}', 'are not closed'],
    ['{{ 1claw://p/a | }}', 'no filter ""'],
    ['{{ 1claw://p/a | rot13 }}', 'no filter "rot13"'],
    ['{{ 1claw://p/a | default }}', 'text in quotes'],
    ['{{ 1claw://p/a | base64 "x" }}', 'takes no text'],
    ['{{ 1claw://p/a | default "\\q" }}', 'not written as in JSON'],
    ['{{ 1claw://p }}', 'not a valid reference'],
    ['{{ 1claw://p/a?x=1 }}', 'not a valid reference'],
  ])('refuses %j and says where', (text, why) => {
    expect(() => templatePieces(`first\n${text}`, 'file.tpl')).toThrow(why)
    expect(() => templatePieces(`first\n${text}`, 'file.tpl')).toThrow('file.tpl:2')
  })

  it('is plain text if it contains no reference', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        fc.pre(!text.includes('1claw://'))
        expect(
          templatePieces(text, 't')
            .map(piece => ('text' in piece ? piece.text : '?'))
            .join(''),
        ).toBe(text)
      }),
    )
  })
})

describe('a filter', () => {
  it('replaces only what is missing', () => {
    const filters = [{ name: 'default', text: 'd' }, { name: 'base64' }] as const
    expect(filtered(undefined, filters)).toBe('ZA==')
    expect(filtered('', filters)).toBe('')
    expect(filtered(undefined, [{ name: 'json' }])).toBeUndefined()
  })

  it('can quote any value as one shell word or one JSON string', () => {
    const text = fc.string({ unit: 'binary' }).map(value => value.toWellFormed().replaceAll('\0', ''))
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 50 }), values => {
        const words = values.map(value => filtered(value, [{ name: 'shell' }]))
        const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${words.join(' ')}`]).toString()
        expect(printed.split('\0').slice(0, -1)).toEqual(values)
        for (const value of values) expect(JSON.parse(filtered(value, [{ name: 'json' }]) ?? '')).toBe(value)
      }),
      { numRuns: 20 },
    )
  })
})
