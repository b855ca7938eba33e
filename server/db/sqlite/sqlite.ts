import sqlite3 from 'sqlite3'
import { Problem } from '../../../src/problem.ts'
import { type Database, ERASED, type Handle } from '../database.ts'
import { type BeforeMigrating, migrate } from '../migrate.ts'
import type { Migration } from '../migrations/migration.ts'
import { REPORT_MS } from '../reports.ts'
import { createChanges } from '../unit/changes.ts'
import { createHandles } from '../unit/handles.ts'
import { createScope } from '../unit/unit.ts'
import { createCheck } from './check.ts'
import { createCheckpoints } from './checkpoints.ts'
import { openConnection, type SqliteConnection } from './connection.ts'
import { lockFile, prepareFile } from './files.ts'
import { type Closed, checkPages, checkPagesLater, damaged, isDamage, lastClosed, noteClosed } from './pages.ts'
import { createReaders, limited, type Readers } from './readers.ts'
import { createWriter, diskFailed } from './writer.ts'

/** With the writer, the reader of reports and the checkpoints (`checkpoints.ts`), that makes at most five of libuv's threads. */
const READERS = 2

/** Only external tools (a backup, the `sqlite3` shell) ever hold a lock for which we wait. */
const BUSY_MS = 5000

/**
 * Temporary tables stay in memory, so nothing is written outside of the data folder. Deleted data is overwritten. The page cache is never
 * released once it is full; pages outside of it are in the system's cache, so 4 MB are as good as 16 for reads and writes.
 */
const SETTINGS = `
  PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY;
  PRAGMA cache_size = -4000; PRAGMA journal_size_limit = 67108864; PRAGMA wal_autocheckpoint = 4000`

/** How the schema is brought up to date, see `migrate`. */
interface SchemaOptions {
  readonly migrations?: readonly Migration[] | undefined
  readonly beforeMigrating?: BeforeMigrating | undefined
}

/** Opens the embedded database for this process only: see `lockFile`, `prepareFile` and `openWriter` for what is refused. */
export async function openSqlite<Stores>(
  file: string,
  makeStores: (handle: Handle) => Stores,
  { migrations, beforeMigrating }: SchemaOptions = {},
): Promise<Database<Stores>> {
  const path = await prepareFile(file)
  const lock = await lockFile(path)
  const opened: SqliteConnection[] = []
  try {
    const connection = await openConnection(path, sqlite3.OPEN_READWRITE, BUSY_MS)
    opened.push(connection)
    const closed = await lastClosed(path)
    await prepareWriter(connection, path, !closed.isTrusted)
    await migrate({ engine: 'sqlite', query: connection.all }, migrations, beforeMigrating)
    for (let count = 0; count < READERS + 1; count++) {
      const reader = await openConnection(path, sqlite3.OPEN_READONLY, BUSY_MS)
      opened.push(reader)
      await reader.exec('PRAGMA query_only = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY')
    }
    const [reporter, ...reading] = opened.slice(1)
    const readers = createReaders(reading)
    const reports = createReaders(reporter ? [limited(reporter, REPORT_MS)] : [])
    const mover = await openConnection(path, sqlite3.OPEN_READWRITE, 0)
    opened.push(mover)
    await mover.exec('PRAGMA synchronous = FULL')
    return assemble({ connection, readers, reports, mover, lock, makeStores, path, closed })
  } catch (error) {
    for (const connection of opened.reverse()) await connection.close()
    await lock.release()
    throw error
  }
}

interface Parts<Stores> {
  readonly connection: SqliteConnection
  readonly readers: Readers
  readonly reports: Readers
  /** For `createCheckpoints`. */
  readonly mover: SqliteConnection
  readonly lock: { release(): Promise<void> }
  readonly makeStores: (handle: Handle) => Stores
  readonly path: string
  /** The state of the file after the last shutdown: if it is trusted, every page is checked in the background. */
  readonly closed: Closed
}

function assemble<Stores>({
  connection,
  readers,
  reports,
  mover,
  lock,
  makeStores,
  path,
  closed,
}: Parts<Stores>): Database<Stores> {
  const scope = createScope()
  const changes = createChanges()
  const checkpoints = createCheckpoints(mover, error => writer.fail(diskFailed(error)))
  changes.listen(topic => {
    if (topic === ERASED) checkpoints.erase()
  })
  const writer = createWriter({ connection, scope, deliver: changes.deliver, committed: checkpoints.committed })
  const checking = closed.isTrusted ? checkPagesLater(path, problem => writer.fail(problem)) : undefined
  const handles = createHandles('sqlite', scope, { read: readers.execute, report: reports.execute })
  const reads = makeStores(handles.reads)
  const reporting = makeStores(handles.reports)
  const units = makeStores(handles.units)
  let closing: Promise<void> | undefined

  async function close(): Promise<void> {
    await writer.close()
    const isSeen = (await checking?.stop()) ?? true
    // The last connection to close moves the write-ahead log into the file and removes it, which only the writer can do.
    await readers.close()
    await reports.close()
    await checkpoints.close()
    await connection.close()
    if (!writer.broken) await noteClosed(path, isSeen ? 0 : closed.unseen + 1)
    await lock.release()
  }

  return {
    engine: 'sqlite',
    place: { file: path },
    trustMs: Number.POSITIVE_INFINITY,
    async run(work) {
      scope.assertOutside()
      return writer.run(() => work(units))
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
    figures: () => writer.figures,
    check: createCheck(writer, scope, readers.execute),
    close() {
      closing ??= close()
      return closing
    },
  }
}

/**
 * Sets up the connection and, on request, checks every page of the file.
 * @throws Problem `database.unavailable` if the file is damaged or not an SQLite database; `config.invalid` if the file system does not
 * support one (WAL needs shared memory, which network file systems lack)
 */
async function prepareWriter(connection: SqliteConnection, path: string, check: boolean): Promise<void> {
  try {
    const [mode] = await connection.all('PRAGMA journal_mode = WAL')
    if (mode?.['journal_mode'] !== 'wal')
      throw new Problem('config.invalid', `The file system of ${path} cannot hold a database.`)
    await connection.exec(SETTINGS)
    if (check) await checkPages(connection, path)
  } catch (error) {
    throw isDamage(error) ? damaged(path, error) : error
  }
}
