import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openDatabase } from '../../server/db/open.ts'
import { startAnvil } from './anvil.ts'
import { bundlePrograms } from './bundled-programs.ts'
import { startCluster } from './postgres-cluster.ts'

/** The database of the PostgreSQL server that has only the schema. */
export const TEMPLATE = 'migrated'

export const SHARED_CHAIN = 31_337

/**
 * The things that tests share: the URL of a PostgreSQL server; the same with a database `TEMPLATE` in it; a SQLite file with only the
 * schema; the URL of a node of Ethereum with the chain id `SHARED_CHAIN`, for new, random accounts; the folder of the bundled programs. To
 * migrate takes as long as a dozen tests; to copy a migrated database takes almost no time. To start a node takes a third of a second.
 */
export type SharedThing = 'postgres' | 'migrated-postgres' | 'migrated-sqlite' | 'anvil' | 'programs'

/** Makes each thing when it is first requested, once. */
export function shared() {
  const ends: (() => Promise<void>)[] = []

  const postgres = once(async () => {
    const cluster = await startCluster()
    ends.push(cluster.stop)
    return cluster.url
  })

  const migratedPostgres = once(async () => {
    const server = await postgres()
    const client = new pg.Client({ connectionString: server })
    await client.connect()
    await client.query(`CREATE DATABASE ${TEMPLATE}`).finally(() => client.end())
    await migrated({ url: server.replace(/[^/]*$/, TEMPLATE) })
    return server
  })

  const migratedSqlite = once(async () => {
    const folder = await mkdtemp(join(tmpdir(), '1claw-migrated-'))
    ends.push(() => rm(folder, { recursive: true, force: true }))
    const file = join(folder, '1claw.db')
    await migrated({ file })
    return file
  })

  const anvil = once(async () => {
    const { url, stop } = await startAnvil({ chainId: SHARED_CHAIN })
    ends.push(stop)
    return url
  })

  const programs = once(async () => {
    const folder = await bundlePrograms()
    ends.push(() => rm(folder, { recursive: true, force: true }))
    return folder
  })

  const makers: Record<SharedThing, () => Promise<string>> = {
    postgres,
    'migrated-postgres': migratedPostgres,
    'migrated-sqlite': migratedSqlite,
    anvil,
    programs,
  }

  return {
    async answer(thing: string): Promise<string> {
      const make = makers[thing as SharedThing]
      if (!make) throw new Error(`Tests share no ${thing}.`)
      return make()
    },
    async end(): Promise<void> {
      for (const each of ends.reverse()) await each()
    },
  }
}

async function migrated(options: { url: string } | { file: string }): Promise<void> {
  const database = await openDatabase(options, () => undefined)
  await database.close()
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => {
    made ??= make()
    return made
  }
}
