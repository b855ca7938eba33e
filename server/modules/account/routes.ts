import { me } from '../../../src/contract/account.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import type { Mount } from '../../http/mount.ts'
import type { AccountStore } from './store.ts'

export function accountRoutes(mount: Mount, database: Database<{ accounts: AccountStore }>): void {
  mount(me, async ({ actor }) => {
    const user = await database.read(({ accounts }) => accounts.userById(actor.id))
    if (!user) throw new Problem('auth.required', 'A valid token is needed.')
    return {
      id: user.id,
      email: user.email,
      ...(user.display_name !== null && { display_name: user.display_name }),
      auth_method: user.auth_method,
      role: actor.role,
      email_verified: user.email_verified === 1,
      marketing_emails: user.marketing_emails === 1,
      totp_enabled: user.totp_enabled === 1,
      org_id: actor.orgId,
      created_at: new Date(user.created_at).toISOString(),
    }
  })
}
