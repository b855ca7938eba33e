import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { grantEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { Org, OrgStore } from '../../stores/orgs.ts'

/** Removes an account within a unit of work, which dooms the keys of its vaults. */
export type RemoveAccount<Stores> = (stores: Stores, userId: string, now: number) => Promise<void>

export interface AdminStores {
  readonly accounts: AccountStore
  readonly orgs: OrgStore
  readonly audit: AuditStore
}

export interface AdminAccountsDeps<Stores extends AdminStores> {
  readonly database: Database<Stores>
  /** @throws Problem `request.invalid` for an account that cannot be removed. */
  readonly removeAccount: RemoveAccount<Stores>
  /** Has the key provider destroy the keys of vaults that are gone. */
  readonly destroyDueKeks: () => Promise<number>
  /** Called with the keys that could not be destroyed at once; a job destroys them later. */
  readonly failed: (error: unknown) => void
  readonly clock: () => number
}

export type AdminAccounts = ReturnType<typeof adminAccounts>
type Admin = Grant<'platform.admin'>

const DEFAULT_LIMIT = 100
const DAY_MS = 24 * 3_600_000

/** Accounts and organisations, as platform administrators see them. */
export function adminAccounts<Stores extends AdminStores>({
  database,
  removeAccount,
  destroyDueKeks,
  failed,
  clock,
}: AdminAccountsDeps<Stores>) {
  return {
    users: (_: Admin, { limit = DEFAULT_LIMIT, offset = 0 }: { limit?: number | undefined; offset?: number | undefined }) =>
      database.read(({ accounts }) => accounts.page({ limit, offset, month: new Date(clock()).toISOString().slice(0, 7) })),

    async removeUser(grant: Admin, userId: string): Promise<void> {
      if (userId === grant.actor.id) throw new Problem('request.invalid', 'Your own account is deleted with DELETE /v1/auth/me.')
      await database.run(async stores => {
        if (!(await stores.accounts.userById(userId))) throw new Problem('resource.unknown', 'There is no account with this id.')
        const event = grantEvent(grant, 'admin.user_delete', { resourceType: 'user', resourceId: userId })
        await stores.audit.append([event], clock())
        await removeAccount(stores, userId, clock())
      })
      await destroyDueKeks().catch(failed)
    },

    async org(_: Admin, orgId: string): Promise<Org> {
      const row = await database.read(({ orgs }) => orgs.byId(orgId))
      if (!row) throw unknownOrg()
      return row
    },

    setLimits(
      grant: Admin,
      orgId: string,
      limits: { free_tier_override?: number | null | undefined; is_sponsored?: boolean | undefined },
    ) {
      const { free_tier_override: override, is_sponsored: sponsored } = limits
      return setPlan(grant, orgId, 'admin.limits', {
        ...(override !== undefined && { free_tier_override: override }),
        ...(sponsored !== undefined && { is_sponsored: sponsored }),
      })
    },

    setTier(grant: Admin, orgId: string, { tier, duration_days: days }: { tier: string; duration_days?: number | undefined }) {
      const ends = days === undefined ? null : clock() + days * DAY_MS
      return setPlan(grant, orgId, 'admin.tier', { billing_tier: tier, tier_expires_at: ends })
    },
  }

  function setPlan(grant: Admin, orgId: string, action: string, plan: Parameters<OrgStore['setPlan']>[1]): Promise<Org> {
    return database.run(async ({ orgs, audit }) => {
      const row = Object.keys(plan).length > 0 ? await orgs.setPlan(orgId, plan) : await orgs.byId(orgId)
      if (!row) throw unknownOrg()
      const details = Object.fromEntries(Object.entries(plan).map(([name, value]) => [name, value ?? 'none']))
      await audit.append([grantEvent(grant, action, { resourceType: 'org', resourceId: orgId, details })], clock())
      return row
    })
  }
}

function unknownOrg(): Problem {
  return new Problem('resource.unknown', 'There is no organisation with this id.')
}
