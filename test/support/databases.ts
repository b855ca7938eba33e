import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Engine } from '../../server/db/database.ts'
import type { DatabaseOptions } from '../../server/db/open.ts'
import { emptyPostgres, migratedPostgres, type PostgresDatabase } from './postgres.ts'
import { sharedThing } from './shared-thing.ts'

/** For `describe.each`: every test must pass on both engines. */
export const ENGINES: readonly Engine[] = ['sqlite', 'postgres']

export interface Place {
  /** The options for `openDatabase`. */
  readonly options: DatabaseOptions
  remove(): Promise<void>
}

/** A place for one new database: a file in a temporary folder, or an empty database of the PostgreSQL server. */
export async function newPlace(engine: Engine): Promise<Place> {
  return engine === 'postgres' ? placeOf(await emptyPostgres()) : newFile()
}

/** The same with only the schema, for tests that are not about migrations: migrating takes longer than most tests. */
export async function migratedPlace(engine: Engine): Promise<Place> {
  if (engine === 'postgres') return placeOf(await migratedPostgres())
  const place = await newFile()
  await mkdir(dirname(place.options.file))
  await copyFile(await sharedThing('migrated-sqlite'), place.options.file)
  return place
}

/** A copy of this database; no process may have it open. */
export async function copiedPlace({ options: { url, file } }: Place): Promise<Place> {
  if (url !== undefined) return placeOf(await emptyPostgres({ url }))
  const place = await newFile()
  await mkdir(dirname(place.options.file))
  await copyFile(file ?? '', place.options.file)
  return place
}

const placeOf = ({ url, drop }: PostgresDatabase): Place => ({ options: { url }, remove: drop })

async function newFile() {
  const folder = await mkdtemp(join(tmpdir(), 'oneclaw-db-'))
  return { options: { file: join(folder, 'data', '1claw.db') }, remove: () => rm(folder, { recursive: true, force: true }) }
}

/**
 * Puts a SQLite database with only the schema into a data folder, so a server need not migrate one. Programs outside of vitest
 * (`test/bench`) share nothing: their servers migrate.
 */
export async function putMigrated(dataDir: string): Promise<void> {
  if (process.env['VITEST'] === undefined) return
  await copyFile(await sharedThing('migrated-sqlite'), join(dataDir, '1claw.db'))
}
