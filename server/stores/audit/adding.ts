import { CompiledQuery } from 'kysely'
import type { Handle } from '../../db/database.ts'
import type { NamedQuery } from '../../db/prepared.ts'

interface Table {
  readonly table: string
  readonly columns: readonly string[]
  /** Those of the columns that hold numbers; the others hold texts. */
  readonly numbers: readonly string[]
  /** Columns that are the same in all rows of one caller's bulk. */
  readonly alike: readonly string[]
  readonly onConflict: string
}

type Cells = Readonly<Record<string, unknown>>
type Some = readonly [table: Table, rows: readonly Cells[]]

/** Rows of a table that come with events. */
export interface Addition<Row extends Cells> extends Table {
  readonly columns: readonly (keyof Row & string)[]
  readonly numbers: readonly (keyof Row & string)[]
  readonly alike: readonly (keyof Row & string)[]
}

/** A pair for `addAll`. */
export function some<Row extends Cells>(addition: Addition<Row>, rows: readonly Row[]): Some {
  return [addition, rows]
}

/**
 * Adds rows to tables, with as little as can be: every read of a secret ends here. On PostgreSQL all of it is one statement, since whoever
 * else writes for the organisation waits for each; on SQLite one for each table, whose parameters are most of its cost.
 */
export async function addAll({ execute, engine }: Pick<Handle, 'execute' | 'engine'>, additions: readonly Some[]): Promise<void> {
  if (engine === 'postgres') return void (await execute(together(additions)))
  for (const [addition, rows] of additions) {
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
      await execute(listed(addition, rows.slice(at, at + ROWS_AT_ONCE)))
    }
  }
}

/** Of at most 15 parameters each, below the 32 766 that SQLite takes. */
const ROWS_AT_ONCE = 512

/** Fewer rows are not worth a statement of their own. */
const BULK = 8

/** For each number of rows, made at its first use: to have Kysely build it each time costs more than the rows' hashes. */
const statements = new Map<string, string>()

function listed({ table, columns, alike, onConflict }: Table, rows: readonly Cells[]): CompiledQuery {
  const first = rows[0] ?? {}
  const isBulk = rows.length >= BULK && alike.every(name => rows.every(row => row[name] === first[name]))
  const once = isBulk ? alike : []
  const each = columns.filter(name => !once.includes(name))
  const key = `${table} ${rows.length} ${isBulk}`
  const make = () => {
    let given = once.length
    const mark = (name: string) => (once.includes(name) ? `?${once.indexOf(name) + 1}` : `?${++given}`)
    const values = rows.map(() => `(${columns.map(mark).join(',')})`)
    return `INSERT INTO ${table} (${columns.join(',')}) VALUES ${values.join(',')} ${onConflict}`
  }
  const statement = statements.get(key) ?? make()
  statements.set(key, statement)
  const parameters: unknown[] = once.map(name => first[name])
  for (const row of rows) for (const name of each) parameters.push(row[name])
  return CompiledQuery.raw(statement, parameters)
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
