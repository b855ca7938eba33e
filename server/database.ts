import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Problem } from '../src/problem.ts'
import type { Config } from './config.ts'
import type { Database } from './db/database.ts'
import { openDatabase } from './db/open.ts'
import { makeStores, type Stores } from './stores.ts'

/** Opens the database that the settings name, and makes the data folder when it is not there. Throws like `openDatabase`. */
export async function openServerDatabase({
  dataDir,
  databaseUrl,
}: Pick<Config, 'dataDir' | 'databaseUrl'>): Promise<Database<Stores>> {
  await prepareDataDir(dataDir)
  return openDatabase(databaseUrl === undefined ? { file: join(dataDir, '1claw.db') } : { url: databaseUrl }, makeStores)
}

async function prepareDataDir(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw new Problem('config.invalid', `The data folder ${dir} cannot be made (${code}).`, {
      hint: 'Choose another with --data-dir or ONECLAW_DATA_DIR, or give this user the right to write there.',
      cause: error,
    })
  }
}
