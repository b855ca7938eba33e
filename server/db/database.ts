import type { CompiledQuery, Kysely, QueryResult } from 'kysely'
import type { Schema } from './schema/schema.ts'

/**
 * A topic for `Handle.changed`: the unit has deleted something sealed, such as a wrapped key, and the file must not keep a copy. On SQLite
 * the write-ahead log is emptied soon after; PostgreSQL reuses the space at its next VACUUM.
 */
export const ERASED = 'erased'

/** The place of a database: the file of SQLite, or the URL of PostgreSQL, which can contain a password and is never shown. */
export type DatabasePlace = { readonly file: string } | { readonly url: string }

/** The two engines on which the same queries run. */
export type Engine = 'sqlite' | 'postgres'

export type Rows = QueryResult<unknown>

/** Runs one compiled statement. The connection is chosen for each statement. */
export type Execute = (query: CompiledQuery) => Promise<Rows>

/** What a store is built on: queries bound to one transaction (in `run`) or to none (in `read`). */
export interface Handle {
  readonly engine: Engine
  readonly db: Kysely<Schema>
  /** Runs a compiled statement directly: passing it on through Kysely would take longer than SQLite takes to answer. */
  readonly execute: Execute
  /**
   * Announces that something cached has changed, such as `vault:<id>`. Delivered to every listener of every process after the commit, never
   * before it and never after a rollback. Throws outside `run`.
   */
  changed(topic: string): void
  /**
   * Defers items to the end of the transaction. Right before the commit `finish` is called, once, with the items of all units in the
   * transaction, except failed ones. If it fails, none of them commits. This is for a row that all units share, such as the head of an
   * audit chain: it is locked as late, and written as seldom, as possible. The same function must be passed each time, and it must not
   * change anything cached. Throws outside `run`.
   */
  beforeCommit<T>(finish: Finish<T>, item: T): void
}

/** Runs inside the transaction; throw to roll it back. */
export type Finish<T> = (items: readonly T[]) => Promise<void>

export interface DatabaseFigures {
  /** Waiting units of work and queries. */
  readonly waiting: number
  readonly commits: number
  /** Units of work in these commits. */
  readonly units: number
  /** Connections to PostgreSQL, and the number of idle ones. Absent on SQLite. */
  readonly pool?: { readonly open: number; readonly idle: number }
}

/**
 * The unit of work. Stores are created for the handle, so a query cannot leave its transaction. A `run` or `read` inside a `run` throws at
 * once: on SQLite, with its one writer, it would otherwise wait for itself.
 */
export interface Database<Stores> {
  readonly engine: Engine
  /** For a thread that opens the database separately; see `openReadConnection`. */
  readonly place: DatabasePlace
  /**
   * One transaction. Resolves after the commit is durable; rejects with nothing applied, unless PostgreSQL was cut off during the commit.
   * No network, HSM or mail inside. If it lost a race (PostgreSQL), the work can run up to three more times, so all its effects must be in
   * its stores. A failed statement dooms the unit on both engines, even if its error is caught: use `ON CONFLICT`, or translate the error
   * of `run` (see violations.ts).
   */
  run<T>(work: (stores: Stores) => Promise<T>): Promise<T>
  /** Queries outside any transaction. */
  read<T>(work: (stores: Stores) => Promise<T>): Promise<T>
  /**
   * Queries whose cost grows with the stored data: of the audit log, of sums, for exports. They have separate connections, so nobody else
   * waits for them, and each must end within a limit (2 s).
   * @throws Problem `request.too-broad` if one does not
   */
  report<T>(work: (stores: Stores) => Promise<T>): Promise<T>
  /** Called with each topic of `Handle.changed`, on this process right after the commit and before `run` resolves. */
  onChange(listener: (topic: string) => void): void
  /** How long a cache can trust its content without asking, in ms: forever on SQLite (this process is the only writer). */
  readonly trustMs: number
  /** Its current activity, and the totals since it was opened. */
  figures(): DatabaseFigures
  /** Resolves when the engine can read and write; rejects with `database.unavailable` or `storage.full`. */
  check(): Promise<void>
  close(): Promise<void>
}

/** The stores of the database in the dependencies of a service: `StoresOf<RotationDeps>`. */
export type StoresOf<Deps extends { readonly database: unknown }> =
  Deps['database'] extends Database<infer Stores> ? Stores : never
