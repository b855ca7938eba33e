import { expect, it } from 'vitest'
import { billing } from '../../../../../server/db/migrations/early/0014-billing.ts'
import { sourceFiles } from '../../../../support/house/files.ts'

const MONEY =
  /^(server\/(modules|stores)\/billing|commands\/billing|src\/cli\/(billing|payment)|server\/console\/pages\/billing)\/|^src\/contract\/(billing|schema\/prices)\.ts$/

/** What is no code: comments, texts, and patterns. */
const NO_CODE =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|(?<=[(=:,]\s*)\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*|<\/?[a-z][^<>]*\/?>|\/>/gi

const files = sourceFiles().filter(({ path }) => MONEY.test(path))
/** The bar of the command line: letters, not money. */
const BAR = 'Math.ceil((used * BAR) / limit)'
const code = files.map(({ path, text }) => ({ path, lines: text.replace(NO_CODE, ' ').replace(BAR, '').split('\n') }))

/** Divisions without a rest, or of what is no money. */
const ALLOWED = [
  // A multiple of what it is divided by.
  /\((\w+) - \(?\w+( % \w+)?\)?\) \/ \w+/,
  /\(cents - \(cents % \w+\)\) \/ \w+/,
  // Cents that are taken for what is open, rounded up by the term behind it.
  /\(inCent - open\) \/ MICROS_IN_CENT/,
  // How many requests lie in a row, and which one of them: cells come in sixes.
  /(length|last|first|at) \/ CELLS/,
  // Time.
  /(clock\(\)|LEASE_MS) \/ \d+/,
  // A share of what is used, for a header, and for a picture.
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
