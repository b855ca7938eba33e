import { createHash } from 'node:crypto'
import { Problem } from '../../src/problem.ts'
import type { Engine } from './database.ts'
import { migrations as known } from './migrations/all.ts'
import type { ColumnTypes, Migration } from './migrations/migration.ts'

/** A connection that nobody else uses meanwhile. Parameters are `$1`, `$2`, … on both engines. */
export interface MigrationLink {
  readonly engine: Engine
  query(sql: string, parameters?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>
}

const TYPES: Record<Engine, ColumnTypes> = {
  sqlite: { bytes: 'BLOB', int: 'INTEGER' },
  postgres: { bytes: 'BYTEA', int: 'BIGINT' },
}

/**
 * Brings the schema up to date. Each step is one transaction together with its row in `schema_migrations`, so a crash leaves either all
 * of it or nothing, and the next start goes on from there. The caller keeps other processes from doing the same at the same time.
 * @throws Problem `config.invalid` when a step that was applied has changed since, or was made by a newer 1claw
 */
export async function migrate(link: MigrationLink, migrations: readonly Migration[] = known): Promise<void> {
  await link.query(
    `CREATE TABLE IF NOT EXISTS schema_migrations (
      id TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at ${TYPES[link.engine].int} NOT NULL)`,
  )
  const applied = await link.query('SELECT id, checksum FROM schema_migrations ORDER BY id')
  const steps = migrations.map(({ id, statements }) => {
    const list = statements(TYPES[link.engine])
    return { id, list, checksum: createHash('sha256').update(JSON.stringify(list)).digest('hex') }
  })
  for (const { id, checksum } of applied) {
    const step = steps.find(it => it.id === id)
    if (!step) throw refused(`The database was made by a newer 1claw: it has the migration ${id}, which this version lacks.`)
    if (step.checksum !== checksum) throw refused(`The migration ${id} is not the one that the database was made with.`)
  }
  for (const step of steps) if (!applied.some(({ id }) => id === step.id)) await apply(link, step)
}

interface Step {
  readonly id: string
  readonly list: readonly string[]
  readonly checksum: string
}

async function apply(link: MigrationLink, { id, list, checksum }: Step): Promise<void> {
  await link.query(link.engine === 'sqlite' ? 'BEGIN IMMEDIATE' : 'BEGIN')
  try {
    for (const statement of list) await link.query(statement)
    await link.query('INSERT INTO schema_migrations (id, checksum, applied_at) VALUES ($1, $2, $3)', [id, checksum, Date.now()])
    await link.query('COMMIT')
  } catch (error) {
    // Where this fails as well, the connection is gone and the engine has rolled back.
    await link.query('ROLLBACK').catch(() => {})
    throw error
  }
}

function refused(detail: string): Problem {
  return new Problem('config.invalid', detail, { hint: 'Run the version of 1claw that made it, or restore a backup.' })
}
