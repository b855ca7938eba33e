import type { SqliteConnection } from './connection.ts'
import { sqliteCode } from './failures.ts'

/**
 * Moves the write-ahead log into the database file beside the writer. Left to itself SQLite does that inside a commit, with everyone who
 * waits for it waiting for the disk (20–50 ms each time, which was the slowest hundredth of all requests). Done here it holds nobody
 * back: the writer appends meanwhile.
 *
 * A log that is written to all the time is never moved wholly, and only then it can begin anew. So the writer still has a limit, at which
 * it moves the little that is left by itself.
 */
export interface Checkpoints {
  /** To be called after each commit. */
  committed(): void
  close(): Promise<void>
}

/** Some hundred pages of the log. */
const COMMITS = 64

/**
 * @param connection one that nobody else uses
 * @param diskFailed told of a failure after which nobody knows what the disk holds: as with a commit, trying again could succeed by merely
 * not noticing
 */
export function createCheckpoints(connection: SqliteConnection, diskFailed: (error: unknown) => void): Checkpoints {
  let commits = 0
  let running: Promise<void> | undefined

  async function move(): Promise<void> {
    commits = 0
    // What is not moved, because somebody reads it or the disk is full, stays in the log, where it is just as durable.
    await connection.exec('PRAGMA wal_checkpoint(PASSIVE)').catch(error => {
      if (sqliteCode(error) === 'SQLITE_IOERR') diskFailed(error)
    })
    running = undefined
  }

  return {
    committed() {
      commits++
      if (commits >= COMMITS) running ??= move()
    },
    async close() {
      await running
      await connection.close()
    },
  }
}
