import { createHash } from 'node:crypto'
import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely'
import type { Handle } from './database.ts'
import type { Schema } from './schema/schema.ts'

/** A compiled statement that PostgreSQL should plan once for each connection, under this name. */
export interface NamedQuery<R = unknown> extends CompiledQuery<R> {
  readonly name: string
}

/** A placeholder for a parameter while the statement is built. */
class Slot {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/**
 * A statement that is built and compiled once, at its first use, and then run with new parameters: Kysely takes 20–50 µs to build and
 * compile, more than SQLite takes to answer.
 *
 * ```ts
 * const byHash = prepared(handle, (db, p: { hash: string }) => db.selectFrom('api_keys').selectAll().where('key_hash', '=', p.hash))
 * const key = (await byHash({ hash })).rows[0]
 * ```
 *
 * `build` sees stand-ins, not values: it may put them where Kysely takes a value (`where`, `values`, `set`, `limit`), but neither look
 * at them, nor spread them, nor use them as a list (`in`). Every parameter is bound as given; `= null` matches nothing.
 * For inserts, updates and deletes the result is Kysely's: look at `numAffectedRows`.
 */
export function prepared<P extends Record<string, unknown>, R>(
  handle: Pick<Handle, 'db' | 'execute'>,
  build: (db: Kysely<Schema>, params: P) => Compilable<R>,
): (params: P) => Promise<QueryResult<R>> {
  let statement: NamedQuery<R> | undefined
  return params => {
    statement ??= compile(handle.db, build)
    const parameters = statement.parameters.map(value => (value instanceof Slot ? params[value.name] : value))
    const query: NamedQuery<R> = { ...statement, parameters }
    return handle.execute(query) as Promise<QueryResult<R>>
  }
}

/** These columns of a row, for `values`: placeholders cannot be spread. */
export function pick<Row extends object, const Name extends keyof Row>(row: Row, names: readonly Name[]): Pick<Row, Name> {
  return Object.fromEntries(names.map(name => [name, row[name]])) as Pick<Row, Name>
}

function compile<P extends Record<string, unknown>, R>(
  db: Kysely<Schema>,
  build: (db: Kysely<Schema>, params: P) => Compilable<R>,
): NamedQuery<R> {
  const slots = new Proxy({} as P, { get: (_, name) => new Slot(String(name)) })
  const compiled = build(db, slots).compile()
  return { ...compiled, name: createHash('sha256').update(compiled.sql).digest('base64url') }
}
