import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { Problem } from '../../../src/problem.ts'
import type { Database, Handle } from '../database.ts'
import { type BeforeMigrating, migrate } from '../migrate.ts'
import type { Migration } from '../migrations/migration.ts'
import { REPORT_MS } from '../reports.ts'
import { createChanges } from '../unit/changes.ts'
import { createHandles } from '../unit/handles.ts'
import { createScope } from '../unit/unit.ts'
import { clientConfig, connect, createPool, createReads, createReports } from './client.ts'
import { isConnectionLost, openingFailure, postgresFailure } from './failures.ts'
import { openListener } from './listener.ts'
import { createUnits } from './units.ts'

/** The maximum age of a cached fact: a notification is faster, but can be lost with its connection. */
const TRUST_MS = 500

const CHECK_LIMIT_MS = 2000

/** How long a start waits for another one that changes the schema; an index of many million rows takes minutes. */
const LOCK_LIMIT_MS = 600_000

/** Connections for reports: all of them can be busy for long without delaying other queries. */
const REPORT_POOL = 2

/** An arbitrary number that nothing else on the database server is likely to lock. */
const MIGRATION_LOCK = 4_912_118_517

export interface PostgresOptions {
  readonly url: string
  readonly poolSize?: number | undefined
  readonly migrations?: readonly Migration[] | undefined
  readonly beforeMigrating?: BeforeMigrating | undefined
}

/** Opens a database that any number of processes may share. */
export async function openPostgres<Stores>(
  { url, poolSize = 10, ...schema }: PostgresOptions,
  makeStores: (handle: Handle) => Stores,
): Promise<Database<Stores>> {
  await migrateAlone(url, schema)
  const scope = createScope()
  const changes = createChanges()
  const pool = createPool(url, poolSize)
  const reportPool = createPool(url, REPORT_POOL, REPORT_MS)
  const listener = await openListener(url, changes.deliver)
  const units = createUnits({ pool, scope, notify: listener.notify, deliver: changes.deliver })
  const handles = createHandles('postgres', scope, { read: createReads(pool), report: createReports(reportPool) })
  const reads = makeStores(handles.reads)
  const reporting = makeStores(handles.reports)
  const stores = makeStores(handles.units)
  let closing: Promise<void> | undefined

  async function close(): Promise<void> {
    await listener.close()
    await pool.end()
    await reportPool.end()
  }

  return {
    engine: 'postgres',
    place: { url },
    trustMs: TRUST_MS,
    async run(work) {
      scope.assertOutside()
      return units.run(() => work(stores))
    },
    async read(work) {
      scope.assertOutside()
      return work(reads)
    },
    async report(work) {
      scope.assertOutside()
      return work(reporting)
    },
    onChange: changes.listen,
    figures() {
      const { waiting, ...done } = units.figures()
      return { ...done, waiting: waiting + pool.waitingCount, pool: { open: pool.totalCount, idle: pool.idleCount } }
    },

    async check() {
      scope.assertOutside()
      await check(pool)
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}

/** Every process migrates when it starts; the first does the work and the others wait for it, ten minutes at most. */
async function migrateAlone(
  url: string,
  { migrations, beforeMigrating }: Pick<PostgresOptions, 'migrations' | 'beforeMigrating'>,
): Promise<void> {
  const client = new pg.Client({ ...clientConfig(url), statement_timeout: false })
  client.on('error', () => {})
  try {
    await client.connect()
    await lockMigrations(client)
    const query = async (sql: string, parameters: readonly unknown[] = []) => (await client.query(sql, [...parameters])).rows
    await migrate({ engine: 'postgres', query }, migrations, beforeMigrating)
  } catch (error) {
    throw openingFailure(error, new URL(url).host)
  } finally {
    // The lock goes with the connection.
    await client.end().catch(() => {})
  }
}

/**
 * Polled: an index is made next to the work of others only once every older transaction has ended, and a waiter inside one would itself be
 * waited for.
 */
async function lockMigrations(client: pg.Client): Promise<void> {
  for (const end = Date.now() + LOCK_LIMIT_MS; ; ) {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [MIGRATION_LOCK])
    if (rows[0]?.locked) return
    if (Date.now() > end) throw new Problem('database.unavailable', 'Another server is changing the schema of the database.')
    await pause(100)
  }
}

/** @throws Problem `database.unavailable` also for a standby, which cannot write */
async function check(pool: pg.Pool): Promise<void> {
  const client = await connect(pool)
  try {
    const query = { text: "SELECT current_setting('transaction_read_only') AS read_only", query_timeout: CHECK_LIMIT_MS }
    const { rows } = await client.query<{ read_only: string }>(query)
    if (rows[0]?.read_only !== 'off') throw new Problem('database.unavailable', 'The database cannot be written to.')
    client.release()
  } catch (error) {
    client.release(isConnectionLost(error))
    throw postgresFailure(error)
  }
}
