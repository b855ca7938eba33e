import { existsSync } from 'node:fs'
import sqlite3 from 'sqlite3'
import { Problem } from '../../../src/problem.ts'
import { openConnection, type SqliteConnection } from '../sqlite/connection.ts'
import { MIGRATIONS, quoted, ROWS_AT_ONCE, type Row, type Snapshot } from './snapshot.ts'

const BUSY_MS = 5000

/**
 * A separate connection with one long read transaction: in WAL mode it sees the state at its first statement, and neither waits for the
 * server's writer nor delays it.
 * @throws Problem `config.invalid` if there is no such file
 */
export async function sqliteSnapshot(file: string): Promise<Snapshot> {
  if (!existsSync(file)) {
    throw new Problem('config.invalid', `There is no database ${file}.`, {
      hint: 'Name the data folder of the server: --data-dir <folder>',
    })
  }
  const connection = await openConnection(file, sqlite3.OPEN_READWRITE, BUSY_MS)
  try {
    await connection.exec('PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; BEGIN')
    const named = await connection.all(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    const names = named.map(({ name }) => String(name))
    if (!names.includes(MIGRATIONS)) throw new Problem('config.invalid', `${file} is not a 1claw database.`)
    const applied = await connection.all(`SELECT id FROM ${MIGRATIONS} ORDER BY id`)
    return {
      engine: 'sqlite',
      tables: names.filter(name => name !== MIGRATIONS),
      migrations: applied.map(({ id }) => String(id)),
      rows: table => rowsOf(connection, table),
      close: () => connection.close(),
    }
  } catch (error) {
    await connection.close()
    throw error
  }
}

/** One page at a time, in the storage order of the table: its rowid, or its primary key if it has none. */
async function* rowsOf(connection: SqliteConnection, table: string): AsyncGenerator<Row> {
  const keys = await keysOf(connection, table)
  const named = keys.map((key, index) => `${key} AS "key#${index}"`).join(', ')
  const order = keys.join(', ')
  const places = keys.map((_, index) => `$${index + 1}`).join(', ')
  const page = (where: string) => `SELECT ${named}, * FROM ${quoted(table)} ${where} ORDER BY ${order} LIMIT ${ROWS_AT_ONCE}`
  for (let after: unknown[] | undefined; ; ) {
    const rows = await connection.all(page(after ? `WHERE (${order}) > (${places})` : ''), after)
    for (const row of rows) {
      after = keys.map((_, index) => row[`key#${index}`])
      yield Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith('key#'))) as Row
    }
    if (rows.length < ROWS_AT_ONCE) return
  }
}

async function keysOf(connection: SqliteConnection, table: string): Promise<string[]> {
  const [found] = await connection.all('SELECT wr FROM pragma_table_list WHERE name = $1', [table])
  if (found?.['wr'] !== 1) return ['rowid']
  const columns = await connection.all('SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk', [table])
  return columns.map(({ name }) => quoted(String(name)))
}
