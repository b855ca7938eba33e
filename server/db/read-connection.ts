import type { DatabasePlace, Engine, Execute, Handle } from './database.ts'
import { createQueries } from './queries.ts'

/** A separate connection to a database that this process has open, for a thread next to the one that answers requests. */
export interface ReadConnection<Stores> {
  /** Queries outside any transaction; nothing can be written. */
  read<T>(work: (stores: Stores) => Promise<T>): Promise<T>
  close(): Promise<void>
}

const BUSY_MS = 5000

/**
 * Opens it read-only. The schema must be up to date, which the opener of the database has ensured.
 * @throws Problem `database.unavailable` if it cannot be reached
 */
export async function openReadConnection<Stores>(
  place: DatabasePlace,
  makeStores: (handle: Handle) => Stores,
): Promise<ReadConnection<Stores>> {
  return 'url' in place ? besidePostgres(place.url, makeStores) : besideSqlite(place.file, makeStores)
}

async function besideSqlite<Stores>(file: string, makeStores: (handle: Handle) => Stores): Promise<ReadConnection<Stores>> {
  const [{ default: sqlite3 }, { openConnection }, { createReaders }] = await Promise.all([
    import('sqlite3'),
    import('./sqlite/connection.ts'),
    import('./sqlite/readers.ts'),
  ])
  const connection = await openConnection(file, sqlite3.OPEN_READONLY, BUSY_MS)
  await connection.exec('PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY')
  const { execute, close } = createReaders([connection])
  return beside('sqlite', execute, close, makeStores)
}

async function besidePostgres<Stores>(url: string, makeStores: (handle: Handle) => Stores): Promise<ReadConnection<Stores>> {
  const { createPool, createReads } = await import('./postgres/client.ts')
  const pool = createPool(url, 1)
  return beside('postgres', createReads(pool), () => pool.end(), makeStores)
}

function beside<Stores>(
  engine: Engine,
  execute: Execute,
  close: () => Promise<void>,
  makeStores: (handle: Handle) => Stores,
): ReadConnection<Stores> {
  const refuse = () => {
    throw new Error('A read connection cannot write.')
  }
  const stores = makeStores({ engine, db: createQueries(engine, execute), execute, changed: refuse, beforeCommit: refuse })
  return { read: work => work(stores), close }
}
