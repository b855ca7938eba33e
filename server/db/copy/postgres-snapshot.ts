import pg from 'pg'
import { Problem } from '../../../src/problem.ts'
import { clientConfig } from '../postgres/client.ts'
import { openingFailure } from '../postgres/failures.ts'
import { MIGRATIONS, quoted, ROWS_AT_ONCE, type Row, type Snapshot } from './snapshot.ts'

/** A connection without time limits, with one transaction that sees the state at its first statement. */
export async function postgresSnapshot(url: string): Promise<Snapshot> {
  const client = await patientClient(url)
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const tables = await client.query<{ name: string }>(
      'SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename COLLATE "C"',
    )
    const names = tables.rows.map(({ name }) => name)
    if (!names.includes(MIGRATIONS)) throw new Problem('config.invalid', 'The database is not a 1claw database.')
    const applied = await client.query<{ id: string }>(`SELECT id FROM ${MIGRATIONS} ORDER BY id`)
    return {
      engine: 'postgres',
      tables: names.filter(name => name !== MIGRATIONS),
      migrations: applied.rows.map(({ id }) => id),
      rows: table => rowsOf(client, table),
      close: () => client.end(),
    }
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}

/** A connection without a time limit for statements. */
export async function patientClient(url: string): Promise<pg.Client> {
  const forever = { statement_timeout: false, idle_in_transaction_session_timeout: 0 } as const
  const client = new pg.Client({ ...clientConfig(url), ...forever })
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (error) {
    throw openingFailure(error, new URL(url).host)
  }
}

async function* rowsOf(client: pg.Client, table: string): AsyncGenerator<Row> {
  await client.query(`DECLARE copied NO SCROLL CURSOR FOR SELECT * FROM ${quoted(table)}`)
  try {
    for (;;) {
      const { rows } = await client.query<Row>(`FETCH ${ROWS_AT_ONCE} FROM copied`)
      yield* rows
      if (rows.length < ROWS_AT_ONCE) return
    }
  } finally {
    await client.query('CLOSE copied').catch(() => {})
  }
}
