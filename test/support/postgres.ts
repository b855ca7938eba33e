import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { TEMPLATE } from './shared.ts'
import { sharedThing } from './shared-thing.ts'

export interface PostgresDatabase {
  readonly url: string
  /** Runs a statement in this database as the superuser. */
  query(statement: string, parameters?: readonly unknown[]): Promise<Record<string, unknown>[]>
  /** Ends every connection to it, like a restart of the server; returns their number. */
  cut(): Promise<number>
  /** Removes it, even while somebody is connected. */
  drop(): Promise<void>
}

/** A new, empty database in the PostgreSQL server of this run, which takes about 50 ms; or a copy of one without connections. */
export async function emptyPostgres(original?: { readonly url: string }): Promise<PostgresDatabase> {
  return newDatabase(await sharedThing('postgres'), original ? new URL(original.url).pathname.slice(1) : 'template1')
}

/** A new database with the schema and nothing else. */
export async function migratedPostgres(): Promise<PostgresDatabase> {
  return newDatabase(await sharedThing('migrated-postgres'), TEMPLATE)
}

async function newDatabase(server: string, template: string): Promise<PostgresDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  // Copies the files: the default, through the log, takes more than twice as long.
  await ask(server, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`)
  const url = server.replace(/[^/]*$/, name)
  return {
    url,
    query: (statement, parameters) => once(url, statement, parameters),
    async cut() {
      const others = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1'
      return (await ask(server, others, [name])).length
    },
    async drop() {
      await ask(server, `DROP DATABASE ${name} WITH (FORCE)`)
    },
  }
}

const servers = new Map<string, pg.Pool>()

/** Runs a statement on a server of this run. Its connections stay open for a moment, and do not keep the process alive. */
async function ask(server: string, statement: string, parameters: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
  const known = servers.get(server) ?? new pg.Pool({ connectionString: server, max: 2, allowExitOnIdle: true })
  // The server can end while the connections are idle.
  if (!servers.has(server))
    servers.set(
      server,
      known.on('error', () => {}),
    )
  return (await known.query<Record<string, unknown>>(statement, [...parameters])).rows
}

async function once(url: string, statement: string, parameters: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement, [...parameters])).rows
  } finally {
    await client.end()
  }
}
