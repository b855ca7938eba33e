import fc from 'fast-check'

/** Text with a special meaning for some reader. */
const PIECES = [
  ...'\'"`$\\!#=%&*?~;|<>(){}[]^@:,./ \t\n\r\f-_aZ09',
  ...[
    '\\n',
    '\\u0041',
    '$(id)',
    '$' + '{HOME}',
    '%' + '{if x}',
    '%PATH%',
    '`id`',
    "'\\''",
    '<<EOF',
    '\r\n',
    '\n\n',
    '\nB=2\n',
    '---',
    ': ',
  ],
  ...[
    'é',
    'e\u0301',
    '€',
    '🔑',
    '\u2018',
    '\u2019',
    '\u201c',
    '\u2028',
    '\u0085',
    '\ufeff',
    '\x7f',
    '\x01',
    '\x1b[0m',
    '\ufdd0',
    '\uf600',
  ],
]

/** Any text without NUL, mostly of difficult parts. */
const value = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
    ),
    {
      maxLength: 10,
    },
  )
  .map(pieces => pieces.join('').replaceAll('\0', ''))

const KNOWN = [
  '',
  ' ',
  'plain',
  ' lead and trail ',
  'true',
  '007',
  '2001-01-01',
  '~',
  "it's",
  '\\',
  'x\\',
  '\n',
  'a\r',
  '# no remark',
]

/** Many values at once, for readers that are separate programs. */
export const values: fc.Arbitrary<string[]> = fc
  .array(value, { minLength: 150, maxLength: 150 })
  .map(found => [...KNOWN, ...found])

/** A failure is not shrunk if each attempt starts a program. */
export const FEW = { numRuns: 3, endOnFailure: true } as const
