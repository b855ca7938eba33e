/** A value as both engines have it. */
export type Cell = string | number | null | Uint8Array

export type Row = Readonly<Record<string, Cell>>

/** All of a database as it was at one moment, whatever is written in the meantime. */
export interface Snapshot {
  readonly engine: 'sqlite' | 'postgres'
  /** Names of the tables that are copied, in alphabetical order: all but the list of migrations, which every database makes itself. */
  readonly tables: readonly string[]
  /** Ids of the migrations that were applied, in order. */
  readonly migrations: readonly string[]
  /** The rows of a table, in no certain order, a few at a time in memory. */
  rows(table: string): AsyncIterable<Row>
  close(): Promise<void>
}

export const MIGRATIONS = 'schema_migrations'

/** Rows in memory at a time: few, because a secret may have 5 MiB. */
export const ROWS_AT_ONCE = 20

/** Names come from the database itself and are still quoted: no table is worth a surprise. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
