import type { Database } from '../db/database.ts'
import { type NewEvent, NO_ORG } from '../policy/event.ts'
import type { AuditStore } from '../stores/audit/audit.ts'
import type { OrgStore } from '../stores/orgs.ts'

/** Has the audit log of the platform say that a copy was made. */
export async function tellUpgradeCopy(
  database: Database<{ audit: AuditStore; orgs: OrgStore }>,
  file: string,
  now: number,
): Promise<void> {
  await database.run(async ({ orgs, audit }) => {
    const event: NewEvent = {
      orgId: (await orgs.platform())?.id ?? NO_ORG,
      action: 'admin.backup',
      actorId: '',
      actorType: 'system',
      resourceType: 'backup',
      resourceId: '',
      details: { file, reason: 'upgrade' },
      ipAddress: '',
    }
    await audit.append([event], now)
  })
}
