import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { grantEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AccountStore, User } from '../../stores/accounts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { OrgSummary, OrgUsageStore } from '../../stores/billing/org-usage.ts'
import type { UsageStore } from '../../stores/billing/usage.ts'
import { monthOf, nextMonth, startOfMonth } from './periods.ts'
import type { Tally } from './tally.ts'

export interface BillingAdministrationDeps {
  readonly database: Database<{ usage: UsageStore; orgUsage: OrgUsageStore; accounts: AccountStore; audit: AuditStore }>
  readonly tally: Tally
  readonly clock: () => number
}

export type BillingAdministration = ReturnType<typeof billingAdministration>
type Admin = Grant<'platform.admin'>

/** Usage of organisations, as platform administrators see and change it. */
export function billingAdministration({ database, tally, clock }: BillingAdministrationDeps) {
  async function reset(grant: Admin, about: { readonly orgId?: string }): Promise<number> {
    await tally.flush()
    const now = clock()
    const month = monthOf(now)
    const span = { from: startOfMonth(now), to: nextMonth(now) }
    const deleted = await database.run(async ({ usage, audit }) => {
      const events = await usage.reset(month, span, about.orgId)
      const resource = { resourceType: 'org', resourceId: about.orgId ?? '', details: { month, events } }
      await audit.append([grantEvent(grant, 'admin.usage_reset', resource)], now)
      return events
    })
    tally.forget()
    return deleted
  }

  return {
    reset: (grant: Admin): Promise<number> => reset(grant, {}),

    async resetOfUser(grant: Admin, email: string): Promise<{ deleted: number; user: User }> {
      const user = await database.read(({ accounts }) => accounts.userByEmail(email.trim().toLowerCase()))
      if (!user) throw new Problem('resource.unknown', 'There is no account with this address.')
      return { deleted: await reset(grant, { orgId: user.org_id }), user }
    },

    async orgs(_: Admin, page: { limit: number; offset: number }): Promise<{ orgs: OrgSummary[]; total: number }> {
      await tally.flush()
      return database.read(({ orgUsage }) => orgUsage.page(monthOf(clock()), page))
    },
  }
}
