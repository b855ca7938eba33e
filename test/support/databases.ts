import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../../server/db/database.ts'
import type { DatabaseOptions } from '../../server/db/open.ts'
import { emptyPostgres } from './postgres.ts'
import { sharedThing } from './shared-thing.ts'

/** For `describe.each`: what holds for one engine must hold for the other. */
export const ENGINES: readonly Engine[] = ['sqlite', 'postgres']

export interface Place {
  /** What `openDatabase` takes. */
  readonly options: DatabaseOptions
  remove(): Promise<void>
}

/** Room for one new database: a file in a temporary folder, or an empty database of the PostgreSQL server. */
export async function newPlace(engine: Engine): Promise<Place> {
  if (engine === 'postgres') {
    const { url, drop } = await emptyPostgres()
    return { options: { url }, remove: drop }
  }
  const folder = await mkdtemp(join(tmpdir(), 'oneclaw-db-'))
  return { options: { file: join(folder, 'data', '1claw.db') }, remove: () => rm(folder, { recursive: true, force: true }) }
}

/**
 * Puts a SQLite database with the schema and nothing else into a data folder, so that a server need not migrate one. Programs beside the
 * tests (`test/bench`) share nothing: theirs migrates.
 */
export async function putMigrated(dataDir: string): Promise<void> {
  if (process.env['VITEST'] === undefined) return
  await copyFile(await sharedThing('migrated-sqlite'), join(dataDir, '1claw.db'))
}
