import { Problem } from '../../src/problem.ts'
import type { Database, Handle } from './database.ts'
import type { BeforeMigrating } from './migrate.ts'
import type { Migration } from './migrations/migration.ts'

/** Exactly one of `url` and `file`. */
export interface DatabaseOptions {
  /** `postgres://user:password@host:port/database?sslmode=…`. It can contain a password, so it is never shown. */
  readonly url?: string | undefined
  /** Path of the SQLite database. Its folder is created; the parent folder must exist. */
  readonly file?: string | undefined
  /** The maximum number of connections to PostgreSQL, 10 by default; one more listens for changes. */
  readonly poolSize?: number | undefined
  /** Other migrations than the product's own, in tests only. */
  readonly migrations?: readonly Migration[] | undefined
  readonly beforeMigrating?: BeforeMigrating | undefined
}

/**
 * Opens the database and brings its schema up to date; only the requested engine is loaded. `makeStores` is called twice: for all reads and
 * for all units of work.
 * @throws Problem `config.invalid`: the options, the folder or the credentials are wrong, or the schema is not for this version
 * @throws Problem `database.unavailable`: unreachable, damaged, or (SQLite) in use by another process
 */
export async function openDatabase<Stores>(
  { url, file, poolSize, migrations, beforeMigrating }: DatabaseOptions,
  makeStores: (handle: Handle) => Stores,
): Promise<Database<Stores>> {
  if (url !== undefined && file === undefined) {
    const { openPostgres } = await import('./postgres/postgres.ts')
    return openPostgres({ url, poolSize, migrations, beforeMigrating }, makeStores)
  }
  if (file !== undefined && url === undefined) {
    const { openSqlite } = await import('./sqlite/sqlite.ts')
    return openSqlite(file, makeStores, { migrations, beforeMigrating })
  }
  throw new Problem('config.invalid', 'Either the URL of a PostgreSQL database or the file of a SQLite database must be given.')
}
