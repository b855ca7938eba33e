import { createHash } from 'node:crypto'
import { Problem } from '../../src/problem.ts'
import type { Engine } from './database.ts'
import { migrations as known } from './migrations/all.ts'
import type { ColumnTypes, Index, Migration } from './migrations/migration.ts'

/** A connection that nobody else uses at the same time. Parameters are `$1`, `$2`, … on both engines. */
export interface MigrationLink {
  readonly engine: Engine
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>
}

const TYPES: Record<Engine, ColumnTypes> = {
  sqlite: { bytes: 'BLOB', int: 'INTEGER' },
  postgres: { bytes: 'BYTEA', int: 'BIGINT' },
}

/** An existing database whose schema is about to change. */
export interface SchemaChange {
  /** The newest migration that it has. */
  readonly from: string
  /** The newest migration that it will have. */
  readonly to: string
}

/** Called before the schema of an existing database changes; throws to prevent it. */
export type BeforeMigrating = (change: SchemaChange) => Promise<void>

/**
 * Brings the schema up to date. Each step is one transaction together with its row in `schema_migrations`; on a new file of SQLite all of
 * them are one. So a crash leaves either all of a step or nothing (except for indexes on PostgreSQL), and the next start continues. The
 * caller prevents other processes from doing the same at the same time.
 * @throws Problem `config.invalid` if an applied step has changed since, or belongs to a newer 1claw
 */
export async function migrate(
  link: MigrationLink,
  migrations: readonly Migration[] = known,
  before: BeforeMigrating = async () => {},
): Promise<void> {
  await link.query(
    `CREATE TABLE IF NOT EXISTS schema_migrations (
      id TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at ${TYPES[link.engine].int} NOT NULL)`,
  )
  const applied = await link.query('SELECT id, checksum FROM schema_migrations ORDER BY id')
  const steps = migrations.map(({ id, statements, indexes = [] }) => {
    const list = statements(TYPES[link.engine])
    const sum = createHash('sha256').update(JSON.stringify(indexes.length > 0 ? { list, indexes } : list))
    return { id, list, indexes, checksum: sum.digest('hex') }
  })
  for (const { id, checksum } of applied) {
    const step = steps.find(it => it.id === id)
    if (!step) throw refused(`The database was made by a newer 1claw: it has the migration ${id}, which this version lacks.`)
    if (step.checksum !== checksum) throw refused(`The migration ${id} is not the one that the database was made with.`)
  }
  const pending = steps.filter(step => !applied.some(({ id }) => id === step.id))
  const [from, to] = [applied.at(-1), pending.at(-1)]
  if (from && to) await before({ from: String(from['id']), to: to.id })
  // A new file is created in one transaction: each commit waits for the disk, and a step has no rows that could take long.
  const isNew = link.engine === 'sqlite' && applied.length === 0
  for (const together of isNew ? [pending] : pending.map(step => [step])) await apply(link, together)
}

interface Step {
  readonly id: string
  readonly list: readonly string[]
  readonly indexes: readonly Index[]
  readonly checksum: string
}

/** All of them or none. */
async function apply(link: MigrationLink, steps: readonly Step[]): Promise<void> {
  if (link.engine === 'postgres') for (const { indexes } of steps) await makeIndexesBesideWork(link, indexes)
  await link.query(link.engine === 'sqlite' ? 'BEGIN IMMEDIATE' : 'BEGIN')
  try {
    for (const { id, list, indexes, checksum } of steps) {
      for (const statement of list) await link.query(statement)
      if (link.engine === 'sqlite') for (const { name, on } of indexes) await link.query(`CREATE INDEX ${name} ON ${on}`)
      await link.query('INSERT INTO schema_migrations (id, checksum, applied_at) VALUES ($1, $2, $3)', [id, checksum, Date.now()])
    }
    await link.query('COMMIT')
  } catch (error) {
    // If this also fails, the connection is gone and the engine has rolled back.
    await link.query('ROLLBACK').catch(() => {})
    throw error
  }
}

/**
 * This does not prevent others from writing, which is impossible within a transaction. It comes first, so a crash leaves an index and no
 * row; after a crash in the middle the index is invalid, and is created again.
 */
async function makeIndexesBesideWork(link: MigrationLink, indexes: readonly Index[]): Promise<void> {
  for (const { name, on } of indexes) {
    await link.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`)
    await link.query(`CREATE INDEX CONCURRENTLY ${name} ON ${on}`)
  }
}

function refused(detail: string): Problem {
  return new Problem('config.invalid', detail, { hint: 'Run the version of 1claw that made it, or restore a backup.' })
}
