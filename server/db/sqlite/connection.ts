import type { CompiledQuery } from 'kysely'
import sqlite3 from 'sqlite3'
import type { Rows } from '../database.ts'
import { sqliteFailure } from './failures.ts'
import { mayRest, stayAwake } from './spin.ts'

/** Statements that wait for the disk, or write many rows, take too long for `stayAwake`. */
const SLOW = /COMMIT|wal_checkpoint/
const MANY_PARAMETERS = 64

/** Above this number, the least recently used statement is finalised. The whole server has fewer. */
const MAX_STATEMENTS = 256

/** One connection. The caller sends one statement at a time; every failure is one of `sqliteFailure`. */
export interface SqliteConnection {
  execute(query: CompiledQuery): Promise<Rows>
  all(sql: string, parameters?: readonly unknown[]): Promise<Record<string, unknown>[]>
  /** One or several statements without parameters or results, with one hand-over to the thread pool. */
  exec(sql: string): Promise<void>
  /** Interrupts the running statement, which then fails. */
  interrupt(): void
  close(): Promise<void>
}

interface Prepared {
  readonly statement: sqlite3.Statement
  /** How to run it: for its rows, or for the number of changed rows (which `all` does not return). */
  readonly returns: 'rows' | 'count'
}

/** `mode` is a sum of `sqlite3.OPEN_*`. `busyMs`: how long to wait for a lock that another process holds. */
export async function openConnection(file: string, mode: number, busyMs: number): Promise<SqliteConnection> {
  const db = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened = new sqlite3.Database(file, mode, error => (error ? reject(sqliteFailure(error)) : resolve(opened)))
  })
  db.configure('busyTimeout', busyMs)
  const cache = new Map<string, Prepared>()

  function find(sql: string): Prepared | undefined {
    const found = cache.get(sql)
    if (!found) return undefined
    cache.delete(sql)
    cache.set(sql, found)
    return found
  }

  async function prepare(query: CompiledQuery): Promise<Prepared> {
    const made = { statement: await prepareStatement(db, query.sql), returns: changesOnly(query) ? 'count' : 'rows' } as const
    cache.set(query.sql, made)
    const oldest = cache.entries().next().value
    if (cache.size > MAX_STATEMENTS && oldest) {
      cache.delete(oldest[0])
      await finalize(oldest[1].statement)
    }
    return made
  }

  return {
    async execute(query) {
      const parameters = query.parameters.map(bindable)
      const { statement, returns } = find(query.sql) ?? (await prepare(query))
      if (returns === 'count') return countOf(statement, parameters)
      const rows = await rowsOf(statement, parameters)
      // A mutation that gets here has RETURNING, with one row for each changed one.
      return isMutation(query) ? { rows, numAffectedRows: BigInt(rows.length) } : { rows }
    },
    async all(sql, parameters = []) {
      const values = parameters.map(bindable)
      return settle<Record<string, unknown>[]>(done => {
        db.all<Record<string, unknown>>(sql, values, done)
      })
    },
    exec: sql =>
      settle<undefined>(done => {
        db.exec(sql, error => done(error, undefined))
      }, !SLOW.test(sql)),
    interrupt: () => db.interrupt(),
    async close() {
      for (const { statement } of cache.values()) await finalize(statement)
      cache.clear()
      await settle<undefined>(done => db.close(error => done(error, undefined)))
    },
  }
}

type Done<T> = (error: Error | null, value: T) => void

function settle<T>(start: (done: Done<T>) => void, isQuick = true): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    if (isQuick) stayAwake()
    start((error, value) => {
      if (isQuick) mayRest()
      if (error) reject(sqliteFailure(error))
      else resolve(value)
    })
  })
}

function prepareStatement(db: sqlite3.Database, sql: string): Promise<sqlite3.Statement> {
  return settle<sqlite3.Statement>(done => {
    const statement: sqlite3.Statement = db.prepare(sql, error => done(error, statement))
  })
}

function finalize(statement: sqlite3.Statement): Promise<void> {
  return new Promise(resolve => {
    statement.finalize(() => resolve())
  })
}

/** `all`, never `get`: `get` leaves the statement at its first row, and so keeps a read transaction open. */
function rowsOf(statement: sqlite3.Statement, parameters: readonly Bindable[]): Promise<unknown[]> {
  return settle<unknown[]>(done => {
    statement.all(parameters, done)
  }, parameters.length < MANY_PARAMETERS)
}

function countOf(statement: sqlite3.Statement, parameters: readonly Bindable[]): Promise<Rows> {
  return settle<Rows>(done => {
    statement.run(parameters, function (error) {
      done(error, { rows: [], numAffectedRows: BigInt(this.changes ?? 0), insertId: BigInt(this.lastID ?? 0) })
    })
  }, parameters.length < MANY_PARAMETERS)
}

function isMutation({ query }: CompiledQuery): boolean {
  return query.kind === 'InsertQueryNode' || query.kind === 'UpdateQueryNode' || query.kind === 'DeleteQueryNode'
}

function changesOnly({ query, sql }: CompiledQuery): boolean {
  if (query.kind === 'InsertQueryNode' || query.kind === 'UpdateQueryNode' || query.kind === 'DeleteQueryNode')
    return query.returning === undefined
  return query.kind === 'RawNode' && /^\s*(insert|update|delete)\b/i.test(sql) && !/\breturning\b/i.test(sql)
}

type Bindable = string | number | null | Buffer

/** The types that `sqlite3` can bind. It would silently store NULL or `[object Object]` for others. */
function bindable(value: unknown): Bindable {
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value
  if (value === undefined) return null
  if (typeof value === 'boolean') return value ? 1 : 0
  if (Buffer.isBuffer(value)) return value
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  if (typeof value === 'bigint' && BigInt(Number(value)) === value) return Number(value)
  throw new TypeError(`A parameter of type ${typeof value} cannot be stored.`)
}
