import { auditCut, creditEnd } from './books.ts'
import { importing, relocation, restoring, scheduledBackup } from './copies.ts'
import { erasure, forgetting, prune, purge, undelete } from './deletions.ts'
import type { Job } from './job.ts'
import { customerRotation, rotation, serverKeys } from './keys.ts'

/** Every job that a server or a command works on in more than one transaction. A migration between key stores has a test of its own. */
export const JOBS = {
  "a rotation of a vault's key": rotation,
  'a rotation of a customer key': customerRotation,
  "a rotation of the server's keys": serverKeys,
  'a purge': purge,
  'a restoration of what was deleted': undelete,
  'a removal of old versions': prune,
  'an erasure of an account': erasure,
  'a removal of what has expired': forgetting,
  'a cut of the audit log': auditCut,
  'an end of credits': creditEnd,
  'a scheduled backup': scheduledBackup,
  'a restore elsewhere': restoring,
  'an import': importing,
  'moves and copies between vaults': relocation,
} satisfies Record<string, Job>

export type JobName = keyof typeof JOBS
