import type { Database } from '../../db/database.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { BrokenChainList } from './broken-chains.ts'
import type { Verification } from './verification.ts'

export interface DailyVerificationDeps {
  readonly database: Database<{ audit: AuditStore }>
  readonly distrust: BrokenChainList
  readonly verify: Verification
  readonly clock: () => number
}

const DAY_MS = 86_400_000
/** The number of chains in one round. */
const CHAINS_AT_ONCE = 100

/**
 * Verifies every chain completely that was not verified for a day, the oldest first, and those that were invalid. A verification on request
 * continues where the last one ended, so only this one finds a change to an already verified event.
 */
export function dailyVerification({ database, distrust, verify, clock }: DailyVerificationDeps): () => Promise<void> {
  return async () => {
    const due = await database.read(({ audit }) => audit.life.unverifiedSince(clock() - DAY_MS, CHAINS_AT_ONCE))
    for (const orgId of new Set([...due.map(({ org_id }) => org_id), ...distrust.foundBy('verification')])) {
      const { ok, faults } = await verify(orgId, true)
      const [fault] = faults
      if (ok || !fault) distrust.remove('verification', orgId)
      else distrust.add('verification', { orgId, seq: fault.seq, why: `event ${fault.seq}: ${fault.detail}` })
    }
  }
}
