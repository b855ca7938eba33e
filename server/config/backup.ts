import { join } from 'node:path'
import { durationMs } from '../../src/duration.ts'

/** Backups that the server makes by itself; undefined without a schedule. */
export interface BackupConfig {
  readonly backup:
    | {
        readonly everyMs: number
        /** The number of backups that are kept; older ones are removed. */
        readonly keep: number
        readonly dir: string
        /** age recipients. An attacker on the server does not get the keys to its backups. */
        readonly recipients: readonly string[]
      }
    | undefined
  /** Copies of the database before a change of its schema. */
  readonly upgradeCopies: UpgradeCopies
}

export interface UpgradeCopies {
  /** The number of copies that are kept; with 0 none is made. */
  readonly keep: number
  readonly dir: string
  /** age recipients for copies of PostgreSQL; without any, the identity is stored next to the copy. */
  readonly recipients: readonly string[]
}

interface Reader {
  readonly read: (name: string) => string | undefined
  readonly fault: (name: string, message: string) => void
}

const SHORTEST_MS = 60_000
const KEEP = 7
const UPGRADES_KEPT = 2

export function backupConfig({ read, fault }: Reader, dataDir: string): BackupConfig {
  const schedule = read('BACKUP_SCHEDULE')
  const recipients = (read('BACKUP_RECIPIENT') ?? '')
    .split(',')
    .map(item => item.trim())
    .filter(Boolean)
  const keep = read('BACKUP_KEEP') ?? String(KEEP)
  const dir = read('BACKUP_DIR') ?? join(dataDir, 'backups')
  if (!recipients.every(recipient => /^age1[0-9a-z]+$/.test(recipient)))
    fault('BACKUP_RECIPIENT', 'must be age recipients (age1…) separated by commas')
  const copies = read('UPGRADE_COPIES') ?? String(UPGRADES_KEPT)
  if (!/^\d{1,3}$/.test(copies)) fault('UPGRADE_COPIES', 'must be a number of copies from 0 to 999')
  const upgradeCopies = { keep: Number(copies), dir: join(dataDir, 'before-upgrade'), recipients }
  if (schedule === undefined) return { backup: undefined, upgradeCopies }
  const everyMs = durationMs(schedule) ?? 0
  if (everyMs < SHORTEST_MS) fault('BACKUP_SCHEDULE', 'must be a time between two backups of a minute or more, such as 12h or 1d')
  if (!/^[1-9]\d{0,3}$/.test(keep)) fault('BACKUP_KEEP', 'must be a number of backups from 1 to 9999')
  if (recipients.length === 0) fault('BACKUP_RECIPIENT', 'is needed with a schedule: an age recipient, age1…')
  return { backup: { everyMs, keep: Number(keep), dir, recipients }, upgradeCopies }
}
