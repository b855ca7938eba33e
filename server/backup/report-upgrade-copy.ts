import type { Database } from '../db/database.ts'
import type { AuditStore } from '../stores/audit/audit.ts'
import type { OrgStore } from '../stores/orgs.ts'
import { backupEvent } from './backup-event.ts'

/** Records in the platform's audit log that a copy was made. */
export async function reportUpgradeCopy(
  database: Database<{ audit: AuditStore; orgs: OrgStore }>,
  file: string,
  now: number,
): Promise<void> {
  await database.run(async ({ orgs, audit }) => {
    await audit.append([await backupEvent(orgs, { file, reason: 'upgrade' })], now)
  })
}
