import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupConfig } from '../config/backup.ts'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { AuditStore } from '../stores/audit/audit.ts'
import { type FactsStore, turnTaker } from '../stores/facts.ts'
import type { OrgStore } from '../stores/orgs.ts'
import { backupEvent } from './backup-event.ts'
import type { Backup } from './write.ts'

interface ScheduleStores {
  readonly facts: FactsStore
  readonly audit: AuditStore
  readonly orgs: OrgStore
}

export interface ScheduleDeps {
  readonly settings: NonNullable<BackupConfig['backup']>
  readonly config: Pick<Config, 'dataDir' | 'databaseUrl' | 'keystore' | 'nextKeyStore'>
  readonly database: Database<ScheduleStores>
  readonly keyring: Keyring
  readonly madeBy: string
  readonly clock: () => number
}

/** When the last completed backup started, in epoch milliseconds. */
const MADE = 'backup-made'
/** The end of the time for which one server makes backups. */
const HELD = 'backup-held'
/** The pause after a failed backup. */
const RETRY_MS = 10 * 60_000
const NAME = /^1claw-\d{8}T\d{9}Z\.age$/
/** The remains of a killed server. */
const DRAFT = /^1claw-\d{8}T\d{9}Z\.age\.partial$/

/**
 * Makes a backup if the last one is old enough, and removes the oldest. If several servers share a database, one makes it. A killed server
 * leaves that to the next.
 */
export function backupSchedule({ settings, config, database, keyring, madeBy, clock }: ScheduleDeps) {
  const { everyMs, dir, recipients, keep } = settings
  const turn = { done: MADE, held: HELD, everyMs, retryMs: Math.min(RETRY_MS, everyMs) }
  const whenDue = turnTaker({ database, clock }, turn)

  return (): Promise<void> =>
    whenDue(async now => {
      await mkdir(dir, { recursive: true, mode: 0o700 })
      await remove(await named(DRAFT))
      const file = join(dir, nameOf(now))
      // Imports encryption and both databases' drivers: few servers make backups, and none at the start.
      const { makeBackup } = await import('./write.ts')
      const made = await makeBackup({ config, keyring, file, sealing: { recipients }, withKeys: false, madeBy, now })
      await removeOldest()
      return stores => tell(stores, made)
    })

  async function tell({ orgs, audit }: ScheduleStores, { file, bytes, end }: Backup): Promise<void> {
    const { count: versions, unreadable } = end.values
    await audit.append([await backupEvent(orgs, { file, bytes, versions, unreadable })], clock())
  }

  async function named(form: RegExp): Promise<string[]> {
    return (await readdir(dir)).filter(name => form.test(name)).sort()
  }

  async function remove(names: readonly string[]): Promise<void> {
    for (const name of names) await rm(join(dir, name), { force: true })
  }

  async function removeOldest(): Promise<void> {
    await remove((await named(NAME)).slice(0, -keep))
  }
}

/** When the schedule started its last completed backup, in epoch milliseconds; undefined before the first. */
export async function lastBackup(database: Database<{ facts: FactsStore }>): Promise<number | undefined> {
  const made = await database.read(({ facts }) => facts.get(MADE))
  return made === undefined ? undefined : Number(made)
}

/** `1claw-20260101T120000000Z.age`: names in the order of their times. */
function nameOf(now: number): string {
  return `1claw-${new Date(now).toISOString().replaceAll(/[-:.]/g, '')}.age`
}
