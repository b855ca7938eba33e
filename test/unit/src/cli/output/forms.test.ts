import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { Streams } from '../../../../../src/cli/context/terminal.ts'
import { printerOf } from '../../../../../src/cli/output/printer.ts'
import { csvText, plainLines, tsvText } from '../../../../../src/cli/output/separated.ts'
import { displayWidth, listText, tableText } from '../../../../../src/cli/output/table.ts'
import { type Cell, gridOf } from '../../../../../src/cli/output/view.ts'
import { yamlText } from '../../../../../src/cli/output/yaml.ts'
import { fractions } from '../../../../support/random.ts'

const grid = (...rows: Cell[][]) => ({ headings: ['name', 'value'], rows })

describe('any format but a table, on a terminal', () => {
  const evil = 'safe\r\u001b[Kspoofed \u001b[30mdark\u001b[0m'
  const view = { columns: { name: (row: { name: string }) => row.name }, name: (row: { name: string }) => row.name }

  it.each([
    { output: 'name' },
    { output: 'plain' },
    { output: 'tsv' },
    { output: 'csv' },
    { output: 'yaml' },
    { jq: '.[].name' },
  ] as const)('escapes control sequences from others: %j', async flags => {
    let text = ''
    const write = (chunk: string | Uint8Array) => {
      text += chunk
    }
    const stream = { isTTY: true, columns: 80, rows: 24, write } as Streams['stdout']
    await printerOf({ stdout: stream, stderr: stream } as Streams, { ...flags, json: false, quiet: false }).list(
      [{ name: evil }],
      view,
      '',
    )
    expect(text).toContain('\\u001b[30mdark')
    expect(text).not.toContain('\u001b')
    expect(text.replaceAll('\r\n', '')).not.toContain('\r')
  })
})

describe('a table', () => {
  it('has aligned columns and no trailing space', () => {
    const text = tableText(grid(['a', 1], ['longer', undefined], ['b', ['x', 'y']], ['c', true]))
    expect(text).toBe('NAME    VALUE\na       1\nlonger  -\nb       x, y\nc       yes\n')
  })

  it('aligns by columns on the screen', () => {
    const text = tableText(grid(['日本', 1], ['é', 2], ['e\u0301', 3], ['👩‍👩‍👧', 4], ['x', 5]))
    const starts = text
      .split('\n')
      .slice(1, -1)
      .map(line => displayWidth(line.slice(0, line.search(/\d$/))))
    expect(starts).toEqual([6, 6, 6, 6, 6])
  })

  it('cuts the last column to the terminal, and nothing in a pipe', () => {
    const long = 'word '.repeat(20).trim()
    expect(tableText(grid(['a', long]), 40).split('\n')[1]).toBe(`a     ${long.slice(0, 33)}…`)
    expect(tableText(grid(['a', long]), 0)).toContain(long)
    expect(displayWidth(tableText(grid(['a', '日'.repeat(30)]), 40).split('\n')[1] ?? '')).toBeLessThanOrEqual(40)
  })

  it('omits empty columns only if it is too wide for the terminal', () => {
    const wide = { headings: ['name', 'used from', 'made', 'ends'], rows: [['a', undefined, 'today', undefined]] }
    expect(tableText(wide, 20)).toBe('NAME  MADE\na     today\n')
    expect(tableText(wide, 80)).toBe('NAME  USED FROM  MADE   ENDS\na     -          today  -\n')
    expect(tableText(wide, 0)).toBe(tableText(wide, 80))
    const kept = { ...wide, rows: [...wide.rows, ['b', '::1', undefined, undefined]] }
    expect(tableText(kept, 24)).toContain('USED FROM')
  })

  it('becomes a list of lines for each row if the terminal would break its lines', () => {
    const id = '0b6f1c1e-8f6b-4c63-9d7e-1f5b6c1f2a3d'
    const wide = {
      headings: ['id', 'vault', 'path'],
      rows: [
        [id, id, 'a'],
        [id, 'b', 'prod/db'.repeat(20)],
      ],
    }
    const [first = '', second = ''] = tableText(wide, 80).split('\n\n')
    expect(first).toBe(`id:    ${id}\nvault: ${id}\npath:  a`)
    expect(second).toContain(`path:  ${'prod/db'.repeat(20)}\n`)
    expect(tableText(wide, 100)).toMatch(/^ID /)
    expect(tableText(wide, 0)).toMatch(/^ID /)
  })

  it.each(['\u001b[2Jx', 'a\nb', 'a\rb', 'a\u009b31m', 'a\u202eb', 'a\u2028b'])(
    'shows the control characters of %j instead of sending them',
    text => {
      const line = tableText(grid(['x', text]))
      // biome-ignore lint/suspicious/noControlCharactersInRegex: looked for
      expect(line).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2028]/)
      expect(line.split('\n')).toHaveLength(3)
    },
  )

  it('shows one thing as a list', () => {
    expect(listText(grid(['a', undefined]))).toBe('name:  a\nvalue: -\n')
  })
})

describe('separated values', () => {
  it('follow RFC 4180 as CSV', () => {
    expect(csvText(grid(['a,b', 'say "x"'], ['line\nbreak', ['x', 'y']], ['', false]))).toBe(
      'name,value\r\n"a,b","say ""x"""\r\n"line\nbreak","x,y"\r\n,false\r\n',
    )
  })

  it.each(['=1+1', '+1', '-1', '@x', '\tx'])('cannot make a spreadsheet compute %j', text => {
    expect(csvText({ headings: [], rows: [[text]] })).toBe(`\r\n"'${text}"\r\n`)
  })

  it('keep one line for each row in TSV, with and without headings', () => {
    const rows = grid(['a\tb', 'c\nd\\'])
    expect(tsvText(rows)).toBe('name\tvalue\na\\tb\tc\\nd\\\\\n')
    expect(plainLines(rows)).toBe('a\\tb\tc\\nd\\\\\n')
  })
})

it('a view returns its columns in order', () => {
  const view = { columns: { a: (row: { x: number }) => row.x, b: () => 'b' }, name: () => '' }
  expect(gridOf([{ x: 1 }], view)).toEqual({ headings: ['a', 'b'], rows: [[1, 'b']] })
})

describe('YAML', () => {
  it('uses block style', () => {
    const data = { name: 'a', list: [1, { b: 'x y', c: [] }], none: null, empty: {}, off: 'no', skipped: undefined }
    expect(yamlText(data)).toBe('name: a\nlist:\n  - 1\n  - b: "x y"\n    c: []\nnone: null\nempty: {}\n"off": "no"\n')
  })

  const WORDS = [
    'yes',
    'No',
    'null',
    '~',
    '',
    '1',
    '0x1f',
    '1e3',
    '.5',
    '-',
    '- a',
    'a: b',
    'a #b',
    '"',
    "'",
    '\\',
    '\n',
    ' a',
    'a ',
    '\t',
  ]
  const MORE = [
    '%',
    '@a',
    '&a',
    '*a',
    '!a',
    '|',
    '>',
    '[',
    '{',
    '?',
    'a/b',
    'a-b.c',
    '2026-01-01',
    '12:30',
    '<<',
    '=',
    '\u0085',
    '\u2028',
    '\ufeff',
  ]

  function data(next: () => number, depth: number): unknown {
    const pick = Math.floor(next() * (depth > 0 ? 7 : 5))
    const words = [...WORDS, ...MORE]
    const text = () =>
      Array.from({ length: 1 + Math.floor(next() * 2) }, () => words[Math.floor(next() * words.length)]).join(
        next() < 0.5 ? '' : ' ',
      )
    if (pick === 0) return Math.floor(next() * 2 ** 40) / 8
    if (pick === 1) return next() < 0.5
    if (pick === 2) return null
    if (pick < 5) return text()
    const items = Array.from({ length: Math.floor(next() * 4) }, () => data(next, depth - 1))
    return pick === 5 ? items : Object.fromEntries(items.map(item => [text(), item]))
  }

  it.each(['1.1', '1.2'] as const)('parses back to the original data with YAML %s', version => {
    const next = fractions(7)
    for (let i = 0; i < 1500; i++) {
      const value = data(next, 4)
      expect(parse(yamlText(value), { version })).toEqual(value)
    }
  })
})
