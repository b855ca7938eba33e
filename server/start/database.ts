import { statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Problem } from '../../src/problem.ts'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import { openDatabase } from '../db/open.ts'
import { makeStores, type Stores } from '../stores/all.ts'
import type { AuditKeys } from '../stores/audit/mac.ts'

/** Opens the database that the settings name, and makes the data folder when it is not there. Throws like `openDatabase`.
 * `auditKeys` is asked when events are written. */
export async function openServerDatabase(
  { dataDir, databaseUrl }: Pick<Config, 'dataDir' | 'databaseUrl'>,
  auditKeys: AuditKeys,
): Promise<Database<Stores>> {
  await prepareDataDir(dataDir)
  return openDatabase(databaseUrl === undefined ? { file: join(dataDir, '1claw.db') } : { url: databaseUrl }, handle =>
    makeStores(handle, auditKeys),
  )
}

async function prepareDataDir(dir: string): Promise<void> {
  try {
    await makeFolder(resolve(dir))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw new Problem('config.invalid', `The data folder ${dir} cannot be made (${code}).`, {
      hint: 'Choose another with --data-dir or ONECLAW_DATA_DIR, or give this user the right to write there.',
      cause: error,
    })
  }
}

/** Not with Node's `recursive`, which never ends where a file system will not have a folder in one that is there, as `/proc` does. */
async function makeFolder(dir: string): Promise<void> {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return
  if (dirname(dir) !== dir) await makeFolder(dirname(dir))
  await mkdir(dir, { mode: 0o700 })
}
