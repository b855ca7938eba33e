/**
 * Checks that every page of a database file is intact. That takes two to three seconds a gigabyte. A start does it before serving only if
 * the file differs from the state after the last clean shutdown, or if many servers in a row stopped before they had checked all of it;
 * otherwise it runs in the background.
 */
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import sqlite3 from 'sqlite3'
import { Problem } from '../../../src/problem.ts'
import { openConnection, type SqliteConnection } from './connection.ts'
import { sqliteCode } from './failures.ts'
import { diskFailed } from './writer.ts'

/** @throws Problem `database.unavailable` if the file is damaged or not an SQLite database */
export async function checkPages(connection: Pick<SqliteConnection, 'all'>, path: string): Promise<void> {
  const [fault] = await connection.all('PRAGMA quick_check(1)').catch(error => {
    throw isDamage(error) ? damaged(path, error) : error
  })
  if (fault?.['quick_check'] !== 'ok') throw damaged(path, fault)
}

/**
 * The same in the background, on a separate connection. `found` is called for a damaged file or a failing disk, not for a check that could
 * not run. `stop` ends it and returns whether every page was intact.
 */
export function checkPagesLater(path: string, found: (problem: Problem) => void): { stop(): Promise<boolean> } {
  let connection: SqliteConnection | undefined
  let stopped = false
  async function check(): Promise<boolean> {
    connection = await openConnection(path, sqlite3.OPEN_READONLY, 0)
    try {
      if (stopped) return false
      await checkPages(connection, path)
      return true
    } finally {
      const checked = connection
      connection = undefined
      await checked.close()
    }
  }
  const done = check().catch((error: unknown) => {
    const code = sqliteCode(error)
    if (code === 'SQLITE_IOERR') found(diskFailed(error))
    else if (error instanceof Problem && (code === undefined || isDamage(error))) found(error)
    return false
  })
  return {
    async stop() {
      stopped = true
      connection?.interrupt()
      return done
    },
  }
}

export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error)
  return code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB'
}

export function damaged(path: string, cause: unknown): Problem {
  return new Problem('database.unavailable', `The database ${path} is damaged.`, {
    cause,
    hint: 'Restore a backup; the damaged file is not changed.',
  })
}

/** Where a clean shutdown records the state of the file. */
const noteOf = (path: string) => `${path}.closed`

/** Size and time of the last change. */
async function look(path: string): Promise<string> {
  const { size, mtimeNs } = await stat(path, { bigint: true })
  return `${size} ${mtimeNs}`
}

/**
 * The number of consecutive servers that can stop before all pages are checked: a server that restarts repeatedly must not wait each time.
 */
const MOST_UNSEEN = 8

/** A clean shutdown's record of a file. */
export interface Closed {
  /** Whether a start can serve before every page is checked. */
  readonly isTrusted: boolean
  /** The number of consecutive servers that stopped before they had checked every page. */
  readonly unseen: number
}

/** For a clean shutdown, after the last connection is closed. A failure to record only costs the next start time. */
export async function noteClosed(path: string, unseen: number): Promise<void> {
  await look(path)
    .then(seen => writeFile(noteOf(path), `${seen} ${unseen}\n`, { mode: 0o600 }))
    .catch(() => {})
}

/** The state of the file after the last shutdown. Removes the record, because it is wrong from now on. */
export async function lastClosed(path: string): Promise<Closed> {
  const noted = await readFile(noteOf(path), 'utf8').catch(() => '')
  await rm(noteOf(path), { force: true })
  const [, seen, count = '0'] = /^(\d+ \d+)(?: (\d+))?\n$/.exec(noted) ?? []
  const isSame = seen !== undefined && seen === (await look(path))
  const unseen = isSame ? Number(count) : 0
  return { isTrusted: isSame && unseen < MOST_UNSEEN, unseen }
}
