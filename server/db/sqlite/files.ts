import { access, constants, mkdir, open, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import sqlite3 from 'sqlite3'
import { Problem } from '../../../src/problem.ts'
import { openConnection } from './connection.ts'
import { sqliteCode } from './failures.ts'

/** How long a start waits for the previous process to end. */
const HANDOVER_MS = 500

/**
 * Creates the folder (0700, only the last part of the path) and an empty file (0600) if they are missing; SQLite gives its `-wal` and
 * `-shm` files the same mode. Returns the real path, so two links to one database have one lock.
 * @throws Problem `config.invalid`
 */
export async function prepareFile(file: string): Promise<string> {
  const folder = dirname(resolve(file))
  try {
    await mkdir(folder, { mode: 0o700 }).catch(unlessExists)
    await access(folder, constants.W_OK | constants.X_OK)
    const path = join(await realpath(folder), basename(file))
    await createEmpty(path)
    await access(path, constants.R_OK | constants.W_OK)
    if (!(await stat(path)).isFile()) throw new Error('not a regular file')
    return await realpath(path)
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'
    const reason = missing ? `the folder above ${folder} does not exist` : 'it cannot be written there'
    throw new Problem('config.invalid', `The database ${file} cannot be used: ${reason}.`, {
      cause,
      hint: 'Create the data folder and give it to the user that the server runs as.',
    })
  }
}

/**
 * Keeps every other process away from the database until it is released. The lock is SQLite's own, on an empty file next to it, so the
 * kernel releases it when the process ends for any reason, and it works wherever SQLite's locks do.
 * @throws Problem `database.unavailable` naming the file
 */
export async function lockFile(path: string): Promise<{ release(): Promise<void> }> {
  const lock = `${path}.lock`
  await createEmpty(lock)
  const connection = await openConnection(lock, sqlite3.OPEN_READWRITE, HANDOVER_MS)
  try {
    await connection.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    await connection.close()
    if (sqliteCode(error) !== 'SQLITE_BUSY') throw error
    throw new Problem('database.unavailable', `Another process is using the database ${path}.`, {
      cause: error,
      hint: 'A SQLite database serves one server at a time; stop the other one, or use PostgreSQL.',
    })
  }
  return { release: () => connection.close() }
}

/**
 * `wx` is enough: an existing file must not be opened here, because closing any descriptor of it would drop the locks that SQLite holds on
 * it in this process (POSIX advisory locks).
 */
async function createEmpty(path: string): Promise<void> {
  const made = await open(path, 'wx', 0o600).catch(unlessExists)
  await made?.close()
}

function unlessExists(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return undefined
  throw error
}
