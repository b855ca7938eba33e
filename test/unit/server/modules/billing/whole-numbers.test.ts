import { expect, it } from 'vitest'
import { billing } from '../../../../../server/db/migrations/early/0014-billing.ts'
import { sourceFiles } from '../../../../support/house/files.ts'

const MONEY =
  /^(server\/(modules|stores)\/billing|commands\/billing|src\/cli\/(billing|payment)|server\/console\/pages\/billing)\/|^src\/contract\/(billing|schema\/prices)\.ts$/

/** Text that is not code: comments, strings, and patterns. */
const NO_CODE =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|(?<=[(=:,]\s*)\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*|<\/?[a-z][^<>]*\/?>|\/>/gi

const files = sourceFiles().filter(({ path }) => MONEY.test(path))
/** The bar of the command line: characters, not money. */
const BAR = 'Math.ceil((used * BAR) / limit)'
const code = files.map(({ path, text }) => ({ path, lines: text.replace(NO_CODE, ' ').replace(BAR, '').split('\n') }))

/** Divisions without a remainder, or of numbers that are not money. */
const ALLOWED = [
  // A multiple of its divisor.
  /\((\w+) - \(?\w+( % \w+)?\)?\) \/ \w+/,
  /\(cents - \(cents % \w+\)\) \/ \w+/,
  // Cents taken for an open amount, rounded up by the term after it.
  /\(inCent - open\) \/ MICROS_IN_CENT/,
  // The number of requests in a row, and the index of one of them: there are six cells for each.
  /(length|last|first|at) \/ CELLS/,
  // Time.
  /(clock\(\)|LEASE_MS) \/ \d+/,
  // A share of the usage, for a header and for a picture.
  /\(used \* 100 - \(\(used \* 100\) % requests\)\) \/ requests/,
]

it('the check finds the files that handle money', () => {
  expect(files.length).toBeGreaterThan(40)
})

it('money is never counted in fractional numbers', () => {
  const found = code.flatMap(({ path, lines }) =>
    lines
      .filter(line => /\d\.\d|\bparseFloat\b|\.toFixed\b|\.toPrecision\b|Math\.(round|floor|ceil|fround)\b|\de-\d/.test(line))
      .map(line => `${path}: ${line.trim()}`),
  )
  expect(found).toEqual([])
})

it('money is divided only without a remainder', () => {
  const found = code.flatMap(({ path, lines }) =>
    lines.filter(line => / \/ /.test(line) && !ALLOWED.some(each => each.test(line))).map(line => `${path}: ${line.trim()}`),
  )
  expect(found).toEqual([])
})

it('amounts are stored in columns of whole numbers', () => {
  const statements = billing.statements({ int: 'WHOLE' } as Parameters<typeof billing.statements>[0]).join('\n')
  const columns = [...statements.matchAll(/(\w+_(?:cents|micros)) (\w+)/g)].filter(([, , type]) => type !== 'integer')
  expect(columns.length).toBeGreaterThan(5)
  expect(columns.filter(([, , type]) => type !== 'WHOLE' && type !== '>=').map(([text]) => text)).toEqual([])
})
