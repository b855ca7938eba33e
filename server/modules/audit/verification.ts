import type { verifyTrail } from '../../../src/contract/audit.ts'
import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import { ed25519PublicKey } from '../../../src/crypto/audit-chain.ts'
import { type ChainFault, chainVerifier } from '../../../src/crypto/audit-verify.ts'
import type { Database } from '../../db/database.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import { sealedEvent } from '../../stores/audit/chaining.ts'
import { type AuditKey, isMacOf } from '../../stores/audit/mac.ts'
import { macStartOf } from './mac-start.ts'
import type { AuditService } from './service.ts'

export interface VerificationDeps {
  readonly database: Database<{ audit: AuditStore }>
  readonly audit: Pick<AuditService, 'checkpoints'>
  /** Raw Ed25519: what checkpoints are signed with. */
  readonly publicKey: () => Uint8Array
  readonly auditKey: AuditKey
  readonly clock: () => number
}

type Verdict = ReplyOf<typeof verifyTrail>

export type Verification = (grant: Grant<'audit.verify'>) => Promise<Verdict>

// Rows of one turn: the thread that answers requests computes their hashes.
const PAGE = 250
/** Faults told at most: one is enough to look closer, with `1claw audit verify`. */
const MAX_FAULTS = 20

/**
 * Checks an organisation's trail where it lies, so that a page can say how it stands. A server that lies about its rows could lie about
 * this too: who does not trust it verifies what it hands out. Who asks while a check is under way gets the answer of that one.
 */
export function verification({ database, audit, publicKey, auditKey, clock }: VerificationDeps): Verification {
  const running = new Map<string, Promise<Verdict>>()

  async function verify(grant: Grant<'audit.verify'>): Promise<Verdict> {
    const verifiedAt = new Date(clock()).toISOString()
    // Asked for first: whatever is there now is covered by the checkpoints, or signing it was refused.
    const head = await database.read(store => store.audit.head(grant.orgId))
    const checkpoints = await audit.checkpoints(grant)
    const until = Math.max(head?.seq ?? 0, ...checkpoints.map(({ seq }) => seq))
    const verifier = chainVerifier(checkpoints, publicKey())
    const macless = await macStartOf(database, grant.orgId, ed25519PublicKey(publicKey()))
    const key = auditKey()
    const unproven: ChainFault[] = []
    let after: number | undefined
    for (;;) {
      const page = { orgId: grant.orgId, order: 'asc', limit: PAGE, after } as const
      const rows = await database.report(store => store.audit.page(page))
      const covered = rows.filter(({ seq }) => seq <= until)
      verifier.feed(covered.map(sealedEvent))
      for (const row of covered) if (row.seq > macless && !(key && isMacOf(key, row))) unproven.push(unprovenFault(row.seq))
      after = rows.at(-1)?.seq
      if (rows.length < PAGE || after === undefined || after >= until) break
    }
    const { checked, signedTo, faults } = verifier.finish()
    const all = [...faults, ...unproven]
    const proof = { checked, signed_to: signedTo, mac_from: macless + 1, verified_at: verifiedAt }
    return { ok: all.length === 0, ...proof, faults: all.slice(0, MAX_FAULTS) }
  }

  return grant => {
    const { orgId } = grant
    const verdict = running.get(orgId) ?? verify(grant).finally(() => running.delete(orgId))
    running.set(orgId, verdict)
    return verdict
  }
}

function unprovenFault(seq: number): ChainFault {
  return { seq, kind: 'forged', detail: 'this server did not write it: its MAC is missing or wrong' }
}
