import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from '../../server/db/database.ts'
import type { DatabaseOptions } from '../../server/db/open.ts'
import { emptyPostgres } from './postgres.ts'

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
