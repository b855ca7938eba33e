import { type NewEvent, NO_ORG } from '../policy/event.ts'
import type { OrgStore } from '../stores/orgs.ts'

/** The event in the platform's audit log for a backup, or a copy, that the server made by itself. */
export async function backupEvent(
  orgs: Pick<OrgStore, 'platform'>,
  details: NonNullable<NewEvent['details']>,
): Promise<NewEvent> {
  return {
    orgId: (await orgs.platform())?.id ?? NO_ORG,
    action: 'admin.backup',
    actorId: '',
    actorType: 'system',
    resourceType: 'backup',
    resourceId: '',
    details,
    ipAddress: '',
  }
}
