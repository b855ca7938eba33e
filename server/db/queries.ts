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
 * Kysely over `execute`. It is long-lived: created once for all reads and once for all units of work, so stores, and the statements that
 * they have prepared, are created only once as well. Kysely's own transactions are refused, because `Database.run` is the only one.
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

/** Compiled statements go to the database directly: Kysely's own way takes as long as many of the statements. */
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

/** `run` must be used instead of Kysely's methods of the same name. */
function refuse(what: string): never {
  throw new Error(`${what} is not supported; use Database.run.`)
}

/** Kysely would run one query at a time; here the pool of readers queues them. */
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
