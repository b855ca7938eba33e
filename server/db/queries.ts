import {
  type Compilable,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type KyselyConfig,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Engine, Execute } from './database.ts'
import type { Schema } from './schema/schema.ts'

/**
 * Kysely over `execute`. It is long-lived: made once for all reads and once for all units of work, so that stores, and the statements
 * they have prepared, are made once as well. Kysely's own transactions are refused, because `Database.run` is the only one.
 */
export function createQueries(engine: Engine, execute: Execute): Kysely<Schema> {
  const connection: DatabaseConnection = {
    executeQuery: async <R>(query: CompiledQuery) => (await execute(query)) as QueryResult<R>,
    streamQuery: () => refuse('Streaming'),
  }
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: async () => refuse('A transaction of Kysely'),
    commitTransaction: async () => {},
    rollbackTransaction: async () => {},
    destroy: async () => {},
  }
  return new Queries({ dialect: dialectOf(engine, driver) }, execute)
}

/** What is compiled already goes to the database at once: Kysely's own way there costs as much as many a statement. */
class Queries extends Kysely<Schema> {
  readonly #execute: Execute

  constructor(config: KyselyConfig, execute: Execute) {
    super(config)
    this.#execute = execute
  }

  override executeQuery<R>(query: CompiledQuery<R> | Compilable<R>): Promise<QueryResult<R>> {
    return this.#execute('compile' in query ? query.compile() : query) as Promise<QueryResult<R>>
  }
}

/** `run` must be used instead of what Kysely offers under the same name. */
function refuse(what: string): never {
  throw new Error(`${what} is not supported; use Database.run.`)
}

/** Kysely would run one query at a time; here the pool of readers does the queueing. */
class PooledSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

function dialectOf(engine: Engine, driver: Driver): Dialect {
  if (engine === 'sqlite')
    return {
      createDriver: () => driver,
      createAdapter: () => new PooledSqliteAdapter(),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createIntrospector: db => new SqliteIntrospector(db),
    }
  return {
    createDriver: () => driver,
    createAdapter: () => new PostgresAdapter(),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createIntrospector: db => new PostgresIntrospector(db),
  }
}
