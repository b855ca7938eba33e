import { type Config, readConfig } from '../config/config.ts'
import { version } from '../config/version.ts'
import type { Keyring } from '../keys/keyring.ts'
import { openKeyStoresOfCopy, otherKeys } from '../start/key-stores.ts'
import type { End, Head } from './format.ts'
import { ensureDataFolder, snapshotOf } from './places.ts'
import { drill as drilled, restore as restored } from './restore.ts'
import type { Sealing, Unlocking } from './sealing.ts'
import { keyFacts } from './values.ts'
import { makeBackup } from './write.ts'

/** The settings of `serve`, which these commands share. */
interface Here {
  readonly dataDir?: string
}

/** The description of a backup. */
export interface Told {
  readonly file: string
  readonly bytes?: number
  readonly created_at: string
  readonly made_by: string
  readonly schema: string
  readonly keys: string
  readonly key_files: string
  readonly rows: number
  readonly versions: number
  readonly unreadable: number
  readonly audit_events: number
  readonly digest: string
}

/**
 * Backs up the database of the settings, whether or not a server is using it.
 * @throws Problem `config.invalid`, `check.failed`, `storage.full`, `keys.unavailable`
 */
export async function backup(
  here: Here,
  { file, sealing, withKeys }: { readonly file: string; readonly sealing: Sealing; readonly withKeys: boolean },
  progress: (rows: number) => void,
): Promise<Told> {
  const config = readConfig(here)
  ensureDataFolder(config)
  const keyring = await keysOfDatabase(config)
  try {
    const made = await makeBackup({
      config,
      keyring,
      file,
      sealing,
      withKeys,
      progress,
      madeBy: version(),
      now: Date.now(),
    })
    return { ...told(file, made), bytes: made.bytes }
  } finally {
    await keyring.close()
  }
}

async function keysOfDatabase(config: Config): Promise<Keyring> {
  const snapshot = await snapshotOf(config)
  const facts = await keyFacts(snapshot).finally(() => snapshot.close())
  return openKeyStoresOfCopy(config, facts, mine => otherKeys(facts.signer, mine))
}

/** Restores into the place of the settings. @throws Problem like `restore` */
export async function restore(here: Here, file: string, unlocking: Unlocking, dryRun: boolean): Promise<Told> {
  return told(file, await restored({ config: readConfig(here), file, unlocking }, dryRun))
}

/** Proves a backup. @throws Problem like `drill` */
export async function drill(here: Here, file: string, unlocking: Unlocking): Promise<Told> {
  return told(file, await drilled({ config: readConfig(here), file, unlocking }))
}

function told(file: string, { head, end }: { readonly head: Head; readonly end: End }): Told {
  const { created_at, made_by, keys, key_files, migrations } = head
  return {
    file,
    created_at,
    made_by,
    schema: migrations.at(-1) ?? '',
    keys,
    key_files,
    rows: Object.values(end.counts).reduce((sum, count) => sum + count, 0),
    versions: end.values.count,
    unreadable: end.values.unreadable,
    audit_events: end.counts['audit_events'] ?? 0,
    digest: end.values.digest,
  }
}
