import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupConfig } from '../config/backup.ts'
import type { Config } from '../config/config.ts'
import type { Database } from '../db/database.ts'
import type { Keyring } from '../keys/keyring.ts'
import { type NewEvent, NO_ORG } from '../policy/event.ts'
import type { AuditStore } from '../stores/audit/audit.ts'
import type { FactsStore } from '../stores/facts.ts'
import type { OrgStore } from '../stores/orgs.ts'
import { type Backup, makeBackup } from './write.ts'

export interface ScheduleDeps {
  readonly settings: NonNullable<BackupConfig['backup']>
  readonly config: Pick<Config, 'dataDir' | 'databaseUrl' | 'keystore' | 'nextKeyStore'>
  readonly database: Database<{ facts: FactsStore; audit: AuditStore; orgs: OrgStore }>
  readonly keyring: Keyring
  readonly madeBy: string
  readonly clock: () => number
}

/** When the last backup was begun, in epoch milliseconds. */
const LAST = 'backup-begun'
/** When the last backup was done, in epoch milliseconds. */
const MADE = 'backup-made'
/** After a backup that failed. */
const RETRY_MS = 10 * 60_000
const NAME = /^1claw-\d{8}T\d{9}Z\.age$/

/**
 * Makes a backup when the last one is old enough, and removes the oldest. Of several servers on one database one makes it: the one that
 * is first to write down that it has begun.
 */
export function backupSchedule({ settings, config, database, keyring, madeBy, clock }: ScheduleDeps) {
  return async (): Promise<void> => {
    const now = clock()
    const before = await database.read(({ facts }) => facts.get(LAST))
    if (now - Number(before ?? 0) < settings.everyMs) return
    if (!(await database.run(({ facts }) => facts.change(LAST, before, String(now))))) return
    try {
      await mkdir(settings.dir, { recursive: true, mode: 0o700 })
      const file = join(settings.dir, nameOf(now))
      const sealing = { recipients: settings.recipients }
      const made = await makeBackup({ config, keyring, file, sealing, withKeys: false, madeBy, now })
      await tell(made)
      await removeOldest()
    } catch (error) {
      const again = String(now - settings.everyMs + Math.min(RETRY_MS, settings.everyMs))
      await database.run(({ facts }) => facts.change(LAST, String(now), again))
      throw error
    }
  }

  function tell({ file, bytes, end }: Backup): Promise<void> {
    const details = { file, bytes, versions: end.values.count, unreadable: end.values.unreadable }
    return database.run(async ({ facts, orgs, audit }) => {
      const event: NewEvent = {
        orgId: (await orgs.platform())?.id ?? NO_ORG,
        action: 'admin.backup',
        actorId: '',
        actorType: 'system',
        resourceType: 'backup',
        resourceId: '',
        details,
        ipAddress: '',
      }
      await facts.change(MADE, await facts.get(MADE), String(clock()))
      await audit.append([event], clock())
    })
  }

  async function removeOldest(): Promise<void> {
    const made = (await readdir(settings.dir)).filter(name => NAME.test(name)).sort()
    for (const name of made.slice(0, -settings.keep)) await rm(join(settings.dir, name), { force: true })
  }
}

/** When the schedule last made a backup, in epoch milliseconds; undefined before the first. */
export async function lastBackup(database: Database<{ facts: FactsStore }>): Promise<number | undefined> {
  const made = await database.read(({ facts }) => facts.get(MADE))
  return made === undefined ? undefined : Number(made)
}

/** `1claw-20260101T120000000Z.age`: names in the order of their times. */
function nameOf(now: number): string {
  return `1claw-${new Date(now).toISOString().replaceAll(/[-:.]/g, '')}.age`
}
