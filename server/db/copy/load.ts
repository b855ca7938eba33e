import sqlite3 from 'sqlite3'
import { Problem } from '../../../src/problem.ts'
import { migrate } from '../migrate.ts'
import { migrations } from '../migrations/all.ts'
import { openConnection } from '../sqlite/connection.ts'
import { patientClient } from './postgres-snapshot.ts'
import { MIGRATIONS, quoted, type Row } from './snapshot.ts'

/** One row and its table. */
export interface Copied {
  readonly table: string
  readonly row: Row
}

/** The target of the rows: a new file, or an empty PostgreSQL database. */
export type Target = { readonly file: string } | { readonly url: string }

interface Loader {
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>
  /** Checks all foreign keys, and makes the rows durable. */
  commit(): Promise<void>
}

/**
 * Fills a database with the rows of another: first the original schema, then all rows in one transaction, whose foreign keys are checked at
 * the end. A failure leaves nothing.
 * @throws Problem `config.invalid` for a target that is not empty, or rows for which this version has no place
 */
export async function load(target: Target, applied: readonly string[], rows: AsyncIterable<Copied>): Promise<void> {
  const unknown = applied.find(id => !migrations.some(step => step.id === id))
  const steps = migrations.filter(({ id }) => applied.includes(id))
  if (unknown !== undefined) {
    throw new Problem('config.invalid', `The backup has the migration ${unknown}, which this version lacks.`, {
      hint: 'Restore it with the version of 1claw that made it, or a newer one.',
    })
  }
  if ('file' in target) return loadSqlite(target.file, loader => fill(loader, rows), steps)
  return loadPostgres(target.url, loader => fill(loader, rows), steps)
}

async function fill(loader: Loader, rows: AsyncIterable<Copied>): Promise<void> {
  for await (const { table, row } of rows) {
    const columns = Object.keys(row)
    const places = columns.map((_, index) => `$${index + 1}`)
    const values = columns.map(column => row[column])
    await loader.query(`INSERT INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) VALUES (${places.join(', ')})`, values)
  }
  await loader.commit()
}

type Work = (loader: Loader) => Promise<void>

/** The caller renames the file, or removes it. Its foreign keys are not enforced until they are checked together. */
async function loadSqlite(file: string, work: Work, steps: typeof migrations): Promise<void> {
  const connection = await openConnection(file, sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE, 0)
  try {
    await connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF')
    await migrate({ engine: 'sqlite', query: connection.all }, steps)
    await connection.exec('BEGIN IMMEDIATE')
    // The counts that triggers maintain are already among the rows.
    const triggers = await connection.all("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    for (const { name } of triggers) await connection.exec(`DROP TRIGGER ${quoted(String(name))}`)
    await work({
      query: connection.all,
      async commit() {
        for (const { sql } of triggers) await connection.exec(String(sql))
        const astray = await connection.all('PRAGMA foreign_key_check')
        if (astray.length > 0) throw new Problem('config.invalid', 'The backup has rows whose parents are missing.')
        await connection.exec('COMMIT')
      },
    })
  } finally {
    // Closing moves everything into the file; a transaction that is still open is rolled back.
    await connection.close()
  }
}

async function loadPostgres(url: string, work: Work, steps: typeof migrations): Promise<void> {
  const client = await patientClient(url)
  const query = async (sql: string, parameters: readonly unknown[] = []) =>
    (await client.query<Record<string, unknown>>(sql, [...parameters])).rows
  try {
    await ensureEmpty(query)
    await migrate({ engine: 'postgres', query }, steps)
    await query('BEGIN')
    const keys = await foreignKeys(query)
    const tables = await tableNames(query)
    // The counts that triggers maintain are already among the rows.
    for (const table of tables) await query(`ALTER TABLE ${quoted(table)} DISABLE TRIGGER USER`)
    for (const key of keys) await query(`ALTER TABLE ${key} DEFERRABLE INITIALLY DEFERRED`)
    await work({
      query,
      async commit() {
        await query('SET CONSTRAINTS ALL IMMEDIATE')
        for (const key of keys) await query(`ALTER TABLE ${key} NOT DEFERRABLE`)
        for (const table of tables) await query(`ALTER TABLE ${quoted(table)} ENABLE TRIGGER USER`)
        await query('COMMIT')
      },
    })
  } finally {
    await client.end().catch(() => {})
  }
}

type Query = Loader['query']

/** `<table> ALTER CONSTRAINT <name>` of each. */
async function foreignKeys(query: Query): Promise<string[]> {
  const rows = await query(
    "SELECT conrelid::regclass::text AS relation, conname AS name FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace",
  )
  return rows.map(({ relation, name }) => `${String(relation)} ALTER CONSTRAINT ${quoted(String(name))}`)
}

async function ensureEmpty(query: Query): Promise<void> {
  for (const name of await tableNames(query)) {
    if (name === MIGRATIONS) continue
    const [row] = await query(`SELECT 1 AS found FROM ${quoted(name)} LIMIT 1`)
    if (row) throw occupied(`The database already has rows (in ${name}).`)
  }
}

async function tableNames(query: Query): Promise<string[]> {
  const tables = await query('SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()')
  return tables.map(({ name }) => String(name))
}

/** The problem of a target that is not empty. */
export function occupied(detail: string): Problem {
  return new Problem('config.invalid', `${detail} A backup is restored into an empty place only.`, {
    hint: 'Name another data folder (--data-dir) or an empty database (ONECLAW_DATABASE_URL).',
  })
}
