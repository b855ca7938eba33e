import type { SqliteConnection } from './connection.ts'
import { sqliteCode } from './failures.ts'

/**
 * Moves the write-ahead log into the database file next to the writer. By default SQLite does that inside a commit, and everyone who waits
 * for that commit waits for the disk (20–50 ms each time, which was the slowest hundredth of all requests). Here it delays nobody: the
 * writer appends in the meantime. A log that is written to all the time is never moved completely, and only then could it restart. So the
 * writer still has a limit, at which it moves the small rest itself.
 */
export interface Checkpoints {
  /** Call this after each commit. */
  committed(): void
  /** Empties the log soon, so no deleted data is left in it. Frequent requests are combined to about one a second. */
  erase(): void
  close(): Promise<void>
}

/** Some hundred pages of the log. */
const COMMITS = 64
/** The pause between two attempts to empty it. Others wait during an attempt, so one tenant must not cause it all the time. */
const ERASE_MS = 1000
const RETRY_MS = 50

/**
 * @param connection one that nothing else uses
 * @param diskFailed called for a failure after which the content of the disk is unknown: as with a commit, a retry could succeed only
 * because it does not notice the fault
 */
export function createCheckpoints(connection: SqliteConnection, diskFailed: (error: unknown) => void): Checkpoints {
  let commits = 0
  let closed = false
  let running: Promise<void> | undefined
  let erasing: NodeJS.Timeout | undefined

  async function move(): Promise<void> {
    commits = 0
    // Pages that are being read, or do not fit on the disk, stay in the log, where they are just as durable.
    await connection.exec('PRAGMA wal_checkpoint(PASSIVE)').catch(error => {
      if (sqliteCode(error) === 'SQLITE_IOERR') diskFailed(error)
    })
    running = undefined
  }

  /** If a concurrent reader or writer prevents this, it is tried again. */
  async function empty(): Promise<void> {
    await running
    running = connection
      .all('PRAGMA wal_checkpoint(TRUNCATE)')
      .then(([result]) => {
        if (Number(result?.['busy']) !== 0) emptyIn(RETRY_MS)
      })
      .catch(error => {
        if (sqliteCode(error) === 'SQLITE_IOERR') diskFailed(error)
        else emptyIn(ERASE_MS)
      })
      .finally(() => {
        running = undefined
      })
    await running
  }

  function emptyIn(ms: number): void {
    clearTimeout(erasing)
    if (closed) return
    erasing = setTimeout(() => {
      erasing = undefined
      void empty()
    }, ms).unref()
  }

  return {
    erase() {
      if (!erasing) emptyIn(ERASE_MS)
    },
    committed() {
      commits++
      if (commits >= COMMITS) running ??= move()
    },
    async close() {
      closed = true
      clearTimeout(erasing)
      await running
      await connection.close()
    },
  }
}
