import { CompiledQuery } from 'kysely'
import { LRUCache } from 'lru-cache'
import type { Handle } from '../../db/database.ts'
import type { NamedQuery } from '../../db/prepared.ts'
import { tuples } from '../../db/statements.ts'

interface Table {
  readonly table: string
  readonly columns: readonly string[]
  /** The columns that hold numbers; the others hold texts. */
  readonly numbers: readonly string[]
  /** Columns that are the same in all rows of one caller's bulk. */
  readonly alike: readonly string[]
  /** The column with their number, if there is one. */
  readonly counted?: string
  /** The column that links to the previous row, and the column it refers to, if there is one. */
  readonly linked?: readonly [column: string, to: string]
  readonly onConflict: string
}

type Cells = Readonly<Record<string, unknown>>
type Some = readonly [table: Table, rows: readonly Cells[]]

/** Rows of a table that are added together with events. */
export interface Addition<Row extends Cells> extends Table {
  readonly columns: readonly (keyof Row & string)[]
  readonly numbers: readonly (keyof Row & string)[]
  readonly alike: readonly (keyof Row & string)[]
  readonly counted?: keyof Row & string
  readonly linked?: readonly [column: keyof Row & string, to: keyof Row & string]
}

/** A pair for `addAll`. */
export function some<Row extends Cells>(addition: Addition<Row>, rows: readonly Row[]): Some {
  return [addition, rows]
}

/**
 * Adds rows to tables with minimal work: every read of a secret ends here. On PostgreSQL everything is one statement, because every other
 * writer of the organisation waits for each. On SQLite there is one for each table; most of its cost are the parameters.
 */
export async function addAll({ execute, engine }: Pick<Handle, 'execute' | 'engine'>, additions: readonly Some[]): Promise<void> {
  if (engine === 'postgres') return void (await execute(together(additions)))
  for (const [addition, rows] of additions) {
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
      for (const query of statementsFor(addition, rows.slice(at, at + ROWS_AT_ONCE))) await execute(query)
    }
  }
}

/** Rows have at most 15 parameters each, so a statement stays below SQLite's limit of 32 766. */
const ROWS_AT_ONCE = 512

/** Fewer rows are not worth a separate statement. */
const BULK = 8

/**
 * Statements by number of rows, built at the first use: building each time with Kysely takes longer than the hashes of the rows. Some have
 * 50 kB.
 */
const statements = new LRUCache<string, string>({ max: 128 })

/** One statement, or one for each bulk if the rows come in few of them: a parameter takes 0.5 µs, a statement 25 µs. */
function statementsFor(table: Table, rows: readonly Cells[]): CompiledQuery[] {
  const bulks = bulksOf(table, rows)
  if (bulks.length * 2 * BULK > rows.length && bulks.length > 1) return [listed(table, rows, false)]
  return bulks.map(bulk => listed(table, bulk, bulk.length >= BULK))
}

function listed(table: Table, rows: readonly Cells[], isBulk: boolean): CompiledQuery {
  const key = `${table.table} ${rows.length} ${isBulk}`
  const statement = statements.get(key) ?? (isBulk ? bulkStatement(table, rows.length) : plainStatement(table, rows.length))
  statements.set(key, statement)
  return CompiledQuery.raw(statement, isBulk ? bulkParameters(table, rows) : parametersOf(rows, table.columns))
}

/** The rows in their order, divided where the shared columns change. */
function bulksOf({ alike, counted, linked }: Table, rows: readonly Cells[]): Cells[][] {
  const bulks: Cells[][] = []
  let before: Cells | undefined
  for (const row of rows) {
    const isNext =
      before !== undefined &&
      (counted === undefined || row[counted] === Number(before[counted]) + 1) &&
      (linked === undefined || row[linked[0]] === before[linked[1]]) &&
      alike.every(name => row[name] === before?.[name])
    if (isNext) bulks.at(-1)?.push(row)
    else bulks.push([row])
    before = row
  }
  return bulks
}

function plainStatement({ table, columns, onConflict }: Table, count: number): string {
  return `INSERT INTO ${table} (${columns.join(',')}) VALUES ${tuples('sqlite', count, columns.length)} ${onConflict}`
}

/** The shared parameters come first: equal columns, the first number, and the link of the first row. */
function once({ alike, counted, linked }: Table): string[] {
  return [...alike, ...(counted ? [counted] : []), ...(linked ? [linked[0]] : [])]
}

function each(table: Table): string[] {
  const said = once(table)
  return table.columns.filter(name => !said.includes(name))
}

function bulkStatement(table: Table, count: number): string {
  const { columns, counted, linked, onConflict } = table
  const [said, own] = [once(table), each(table)]
  const mark = (name: string, row: number): string => {
    if (name === counted) return `?${said.indexOf(name) + 1}+${row}`
    if (name === linked?.[0] && row > 0) return mark(linked[1], row - 1)
    return said.includes(name) ? `?${said.indexOf(name) + 1}` : `?${said.length + row * own.length + own.indexOf(name) + 1}`
  }
  const values = Array.from({ length: count }, (_, row) => `(${columns.map(name => mark(name, row)).join(',')})`)
  return `INSERT INTO ${table.table} (${columns.join(',')}) VALUES ${values.join(',')} ${onConflict}`
}

function bulkParameters(table: Table, rows: readonly Cells[]): unknown[] {
  return [...parametersOf(rows.slice(0, 1), once(table)), ...parametersOf(rows, each(table))]
}

function parametersOf(rows: readonly Cells[], names: readonly string[]): unknown[] {
  const parameters: unknown[] = []
  for (const row of rows) for (const name of names) parameters.push(row[name])
  return parameters
}

/** One parameter for each table; planned once for each connection. */
function together(additions: readonly Some[]): NamedQuery {
  const parts = additions.map(([{ table, columns, numbers, onConflict }], index) => {
    const typed = columns.map(name => `${name} ${numbers.includes(name) ? 'bigint' : 'text'}`)
    const rows = `SELECT ${columns.join(',')} FROM json_to_recordset($${index + 1}::json) AS given(${typed.join(',')})`
    return `INSERT INTO ${table} (${columns.join(',')}) ${rows} ${onConflict}`
  })
  const last = parts.pop() ?? ''
  const before = parts.map((part, index) => `part_${index} AS (${part})`)
  const statement = before.length > 0 ? `WITH ${before.join(', ')} ${last}` : last
  const name = `add ${additions.map(([{ table }]) => table).join(' ')}`
  return {
    ...CompiledQuery.raw(
      statement,
      additions.map(([, rows]) => JSON.stringify(rows)),
    ),
    name,
  }
}
