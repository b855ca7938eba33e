import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Problem } from '../../src/problem.ts'
import type { Config } from '../config/config.ts'
import { load, occupied } from '../db/copy/load.ts'
import { sqliteSnapshot } from '../db/copy/sqlite-snapshot.ts'
import type { Keyring } from '../keys/keyring.ts'
import { rootInBytes } from '../keys/software/keyring.ts'
import { placeRoot } from '../keys/software/root-file.ts'
import { openKeyStoresOfCopy } from '../start/key-stores.ts'
import type { End, Head } from './format.ts'
import { databaseFile, ensureFree, ROOT_KEY, snapshotOf, sweepRestored, targetOf } from './places.ts'
import { rowsOf, type Surveyed, survey } from './read.ts'
import type { Unlocking } from './sealing.ts'
import { digestOfValues, keyFacts } from './values.ts'

export interface RestoreRequest {
  readonly config: Config
  readonly file: string
  readonly unlocking: Unlocking
}

export interface Restored {
  readonly head: Head
  readonly end: End
}

/**
 * Restores a backup into the empty place of the settings; with `dryRun` it only checks whether that would work. Nothing is written before
 * the whole file was read and its keys were found to match.
 */
export async function restore(request: RestoreRequest, dryRun: boolean): Promise<Restored> {
  const { config, file, unlocking } = request
  const found = await survey(file, unlocking)
  ensureFree(config, found.end)
  await withKeys(config, found, async () => {})
  if (dryRun) {
    if (config.databaseUrl !== undefined) await ensureNothingThere(config)
    return found
  }
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  await sweepRestored(config.dataDir)
  // An existing root key was just found to be the right one.
  if (found.rootKey) await placeRoot(join(config.dataDir, ROOT_KEY), found.rootKey)
  const target = targetOf(config)
  try {
    if ('file' in target) await writeFile(target.file, '', { mode: 0o600, flag: 'wx' })
    await load(target, found.head.migrations, rowsOf(file, unlocking))
    if ('file' in target) {
      // Another process could have restored into it in the meantime.
      ensureFree(config, found.end)
      await rename(target.file, databaseFile(config.dataDir))
    }
  } finally {
    if ('file' in target) for (const suffix of ['', '-wal', '-shm']) await rm(target.file + suffix, { force: true })
  }
  return found
}

/**
 * Restores a backup into a temporary folder and opens every value in it with the keys of the settings.
 * @throws Problem `check.failed` if a value is missing, differs or does not open
 */
export async function drill({ config, file, unlocking }: RestoreRequest): Promise<Restored> {
  const found = await survey(file, unlocking)
  const folder = await mkdtemp(join(tmpdir(), '1claw-drill-'))
  try {
    const database = join(folder, '1claw.db')
    await load({ file: database }, found.head.migrations, rowsOf(file, unlocking))
    const snapshot = await sqliteSnapshot(database)
    const digest = (keyring: Keyring) => digestOfValues(snapshot, keyring)
    const values = await keyFacts(snapshot)
      .then(({ first }) => withKeys(config, found, digest, first))
      .finally(() => snapshot.close())
    const isSame = found.end.values.digest === '' ? values.unreadable === 0 : values.digest === found.end.values.digest
    if (!isSame || values.count !== found.end.values.count) {
      const detail = `The restored values differ from the backup: ${values.count} of ${found.end.values.count} versions, ${values.unreadable} of which do not open.`
      throw new Problem('check.failed', detail, { hint: 'Use another backup, and find out what happened to the keys.' })
    }
    return found
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * The keys of the settings, or the backup's root key file if the data folder has none, provided that they match the data.
 * @throws Problem `config.invalid` that distinguishes the two cases
 */
async function withKeys<T>(
  config: Config,
  found: Surveyed,
  use: (keyring: Keyring) => Promise<T>,
  first?: string | undefined,
): Promise<T> {
  const signer = found.head.keys
  const root = await rootOf(config, found)
  const keyring = await openKeyStoresOfCopy(config, { signer, first, root }, mine => otherKeys(signer, mine))
  try {
    return await use(keyring)
  } finally {
    await keyring.close()
  }
}

/** The root key of the backup if the data folder has none. In memory: a file would stay in clear text if the process were killed. */
async function rootOf(config: Config, { rootKey }: Surveyed): Promise<Buffer | undefined> {
  const isSoftware = [config.keystore, config.nextKeyStore?.keystore].includes('software')
  if (!isSoftware || !rootKey || existsSync(join(config.dataDir, ROOT_KEY))) return undefined
  const given = { passphrase: config.rootKeyPassphrase, shares: config.rootKeyShares }
  return rootInBytes(rootKey, { file: `${ROOT_KEY} in the backup`, ...given })
}

function otherKeys(theirs: string, mine: string): Problem {
  const [ours, others] = [mine, theirs].map(keys => keys.split(':'))
  const what = others?.[0] === 'pkcs11' ? 'in another HSM token' : 'in another root key file'
  return new Problem(
    'config.invalid',
    `The backup was made with other keys (${others?.[0]} ${others?.[1]?.slice(0, 12)}) than these (${ours?.[0]} ${ours?.[1]?.slice(0, 12)}): nothing in it could be opened.`,
    {
      hint: `Its keys are ${what}. Restore that key store from its own backup, point the key settings at it, then run this again.`,
    },
  )
}

async function ensureNothingThere(config: Config): Promise<void> {
  const snapshot = await snapshotOf(config).catch((error: unknown) => {
    // Not yet a database of 1claw.
    if (error instanceof Problem && error.code === 'config.invalid') return undefined
    throw error
  })
  try {
    for (const table of snapshot?.tables ?? []) {
      for await (const _ of snapshot?.rows(table) ?? []) throw occupied(`The database already has rows (in ${table}).`)
    }
  } finally {
    await snapshot?.close()
  }
}
