import { statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Problem } from '../../src/problem.ts'
import type { Config } from '../config/config.ts'
import { version } from '../config/version.ts'
import type { Database } from '../db/database.ts'
import type { SchemaChange } from '../db/migrate.ts'
import { openDatabase } from '../db/open.ts'
import { makeStores, type Stores } from '../stores/all.ts'
import type { AuditKeys } from '../stores/audit/mac.ts'

type Place = Pick<Config, 'dataDir' | 'databaseUrl'> & Partial<Pick<Config, 'upgradeCopies'>>

/**
 * Opens the database of the settings, and creates the data folder if it is absent. Throws like `openDatabase` and `copyBeforeUpgrade`.
 * @param auditKeys called when events are written
 * @param copied called with the copy that was made before the schema changed
 */
export async function openServerDatabase(
  { dataDir, databaseUrl, upgradeCopies }: Place,
  auditKeys: AuditKeys,
  copied: (file: string) => void = () => {},
): Promise<Database<Stores>> {
  await prepareDataDir(dataDir)
  const beforeMigrating = async (change: SchemaChange) => {
    if (!upgradeCopies || upgradeCopies.keep === 0) return
    const { copyBeforeUpgrade } = await import('../backup/before-upgrade.ts')
    const now = Date.now()
    const made = { config: { dataDir, databaseUrl }, copies: upgradeCopies, change, madeBy: version(), now }
    const file = await copyBeforeUpgrade(made)
    if (file !== undefined) copied(file)
  }
  const place = databaseUrl === undefined ? { file: join(dataDir, '1claw.db') } : { url: databaseUrl }
  return openDatabase({ ...place, beforeMigrating }, handle => makeStores(handle, auditKeys))
}

async function prepareDataDir(dir: string): Promise<void> {
  try {
    await makeFolder(resolve(dir))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw new Problem('config.invalid', `The data folder ${dir} cannot be created (${code}).`, {
      hint: 'Choose another with --data-dir or ONECLAW_DATA_DIR, or give this user the right to write there.',
      cause: error,
    })
  }
}

/** Creates a folder and its parents. Node's `recursive` never returns on file systems that refuse a folder in an existing one, such as `/proc`. */
async function makeFolder(dir: string): Promise<void> {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory()) return
  if (dirname(dir) !== dir) await makeFolder(dirname(dir))
  await mkdir(dir, { mode: 0o700 })
}
