import type { Database } from '../../db/database.ts'
import type { CreditLot, CreditLotStore } from '../../stores/billing/credit-lots.ts'
import type { CreditStore } from '../../stores/billing/credits.ts'
import type { OrgStore } from '../../stores/orgs.ts'
import type { NewOutboxRow, OutboxStore } from '../../stores/outbox.ts'
import { dollarsOfCents } from './money.ts'

export interface CreditExpiryDeps {
  readonly database: Database<{ credits: CreditStore; creditLots: CreditLotStore; orgs: OrgStore; outbox: OutboxStore }>
  readonly templates: { creditsExpiring(to: string, about: { amount: string; until: number }): NewOutboxRow }
  readonly clock: () => number
}

const DAY_MS = 24 * 3_600_000
/** Owners get a mail this number of days before a lot of credits expires. */
const WARNINGS = [30, 7] as const
const AT_ONCE = 100

/** Expires credits after twelve months, and warns owners beforehand. */
export function creditExpiry({ database, templates, clock }: CreditExpiryDeps) {
  async function warn(days: number): Promise<number> {
    const now = clock()
    return database.run(async ({ creditLots, orgs, outbox }) => {
      const lots = await creditLots.warn(days, now, now + days * DAY_MS, AT_ONCE)
      for (const [orgId, ofOrg] of Map.groupBy(lots, lot => lot.orgId)) {
        const owners = (await orgs.members(orgId)).filter(({ role }) => role === 'owner')
        for (const { email } of owners) await outbox.add(templates.creditsExpiring(email, whatEnds(ofOrg)))
      }
      return lots.length
    })
  }

  return {
    async round(): Promise<void> {
      const now = clock()
      for (;;) {
        const ended = await database.read(({ creditLots }) => creditLots.orgsWithEnded(now, AT_ONCE))
        for (const orgId of ended) await database.run(({ credits }) => credits.expire(orgId, now))
        if (ended.length < AT_ONCE) break
      }
      // The nearer expiry comes first, so nobody gets both warnings at once.
      for (const days of [...WARNINGS].reverse()) while ((await warn(days)) === AT_ONCE);
    },
  }
}

function whatEnds(lots: readonly CreditLot[]): { amount: string; until: number } {
  const cents = lots.reduce((sum, lot) => sum + lot.leftCents, 0)
  return { amount: dollarsOfCents(cents), until: Math.min(...lots.map(lot => lot.expiresAt)) }
}
