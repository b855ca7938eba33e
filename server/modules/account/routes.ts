import { deleteMe, exportData, me, updateMe } from '../../../src/contract/account.ts'
import type { Mount } from '../../http/mount.ts'
import type { UserActor } from '../../policy/actor.ts'
import type { User } from '../../stores/accounts.ts'
import type { Accounts } from './service.ts'

export function accountRoutes(mount: Mount, accounts: Accounts): void {
  mount(me, async ({ actor }) => accountBody(await accounts.me(actor), actor))
  mount(updateMe, async ({ actor, body, visitor }) => accountBody(await accounts.update(actor, body, visitor), actor))
  mount(deleteMe, async ({ actor, body, visitor }) => {
    await accounts.remove(actor, body.confirmation ?? body.confirm, visitor)
    return undefined
  })
  mount(exportData, async ({ actor, query, visitor }) => accounts.exportData(actor, query, visitor))
}

function accountBody(user: User, actor: UserActor) {
  return {
    id: user.id,
    email: user.email,
    ...(user.display_name !== null && { display_name: user.display_name }),
    auth_method: user.auth_method,
    role: actor.role,
    email_verified: user.email_verified,
    marketing_emails: user.marketing_emails,
    totp_enabled: user.totp_enabled,
    org_id: actor.orgId,
    created_at: new Date(user.created_at).toISOString(),
  }
}
