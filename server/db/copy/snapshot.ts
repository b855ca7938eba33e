/** A value in the common form of both engines. */
export type Cell = string | number | null | Uint8Array

export type Row = Readonly<Record<string, Cell>>

/** The whole database at one moment, regardless of concurrent writes. */
export interface Snapshot {
  readonly engine: 'sqlite' | 'postgres'
  /** The names of the copied tables, in alphabetical order: all but the list of migrations, which every database creates itself. */
  readonly tables: readonly string[]
  /** Ids of the applied migrations, in order. */
  readonly migrations: readonly string[]
  /** The rows of a table, in any order, a few at a time in memory. */
  rows(table: string): AsyncIterable<Row>
  close(): Promise<void>
}

export const MIGRATIONS = 'schema_migrations'

/** The number of rows in memory at a time. It is small, because a secret can have 5 MiB. */
export const ROWS_AT_ONCE = 20

/** Names come from the database itself and are still quoted, to be safe. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
