import type { Engine } from './database.ts'

/** Statements by number of rows, built at the first use. Building each time with Kysely takes longer than the hashes of the rows. */
export function statementsByCount(make: (engine: Engine, count: number) => string): (engine: Engine, count: number) => string {
  const made = new Map<string, string>()
  return (engine, count) => {
    const key = `${engine} ${count}`
    const statement = made.get(key) ?? make(engine, count)
    made.set(key, statement)
    return statement
  }
}

/** `(?,?),(?,?)`, or `($1,$2),($3,$4)`. */
export function tuples(engine: Engine, rows: number, columns: number): string {
  const mark = (index: number) => (engine === 'postgres' ? `$${index + 1}` : '?')
  const row = (number: number) => `(${Array.from({ length: columns }, (_, column) => mark(number * columns + column)).join(',')})`
  return Array.from({ length: rows }, (_, number) => row(number)).join(',')
}
