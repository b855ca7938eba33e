import type { SqliteConnection } from './sqlite-connection.ts'

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

/** @param connection one that nobody else uses. */
export function createCheckpoints(connection: SqliteConnection): Checkpoints {
  let commits = 0
  let running: Promise<void> | undefined

  async function move(): Promise<void> {
    commits = 0
    // What is not moved stays in the log, where it is just as durable; the writer's own limit is there to try again.
    await connection.exec('PRAGMA wal_checkpoint(PASSIVE)').catch(() => {})
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
