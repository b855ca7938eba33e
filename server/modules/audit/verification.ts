import type { verifyTrail } from '../../../src/contract/audit.ts'
import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { SignedCut, SignedHead } from '../../../src/crypto/audit-chain.ts'
import { soundHeads } from '../../../src/crypto/audit-verify.ts'
import type { Database } from '../../db/database.ts'
import { lineOf, type SigningKeys } from '../../keys/signing-keys.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { MacKeys, Verified } from '../../stores/audit/mac.ts'
import { type Position, START } from './checking/stretch.ts'
import type { Checking } from './checking/threads.ts'
import { cutOf } from './cuts.ts'
import { macStartOf } from './mac-start.ts'

export interface VerificationDeps {
  readonly database: Database<{ audit: AuditStore }>
  readonly checking: Pick<Checking, 'check' | 'faults'>
  /** The signed heads of a chain, the newest of which covers what is there now. */
  readonly signedHeads: (orgId: string) => Promise<readonly SignedHead[]>
  /** The keys that sign checkpoints. */
  readonly signing: SigningKeys
  /** The key of the MACs. */
  readonly auditKeys: MacKeys
  readonly clock: () => number
}

export type Verdict = ReplyOf<typeof verifyTrail>

/** `full`: from the first event on, instead of from where the last verification ended. */
export type Verification = (orgId: string, full: boolean) => Promise<Verdict>

/** The part of a chain that is not checked again, because it was verified or removed. */
interface Before {
  readonly from: Position
  /** The time when the omitted part was verified; undefined if nothing was omitted. */
  readonly verified: Verified | undefined
  readonly cut: SignedCut | undefined
}

/**
 * Checks an organisation's trail in the database, so a page can show its state. A server that lies about its rows could lie about this too:
 * anyone who does not trust it verifies an export. A call during a running check gets the result of that check.
 */
export function verification(deps: VerificationDeps): Verification {
  const { database, checking, signedHeads, signing, auditKeys, clock } = deps
  const running = new Map<string, Promise<Verdict>>()

  async function verify(orgId: string, full: boolean): Promise<Verdict> {
    const now = clock()
    // The signed heads are created first: then either the checkpoints cover all existing events, or signing was refused.
    const head = await database.read(({ audit }) => audit.head(orgId))
    const heads = await signedHeads(orgId)
    const to = Math.max(head?.seq ?? 0, ...heads.map(({ seq }) => seq))
    const before = await leftOut(orgId, full)
    const line = lineOf(signing)
    const macless = await macStartOf(database, orgId, line)
    const said = {
      mac_from: macless + 1,
      verified_at: new Date(now).toISOString(),
      ...(before.cut && { removed: removedBy(before.cut) }),
    }
    const end = await soundEnd(orgId, heads, to, before, macless)
    if (!end) {
      const question = { orgId, to, heads, cut: before.cut, line, keys: auditKeys.known(), macless }
      const { checked, signedTo, faults } = await checking.faults(question)
      return {
        ok: faults.length === 0,
        checked,
        checked_from: (before.cut?.seq ?? 0) + 1,
        signed_to: signedTo,
        ...said,
        faults: [...faults],
      }
    }
    await note(orgId, end, before, now)
    const { from, verified } = before
    const earlier = verified && { verified_before: new Date(verified.full_at).toISOString() }
    return {
      ok: true,
      checked: end.seq - from.seq,
      checked_from: from.seq + 1,
      signed_to: end.seq,
      ...said,
      ...earlier,
      faults: [],
    }
  }

  /** The last event, if everything up to it matches the signatures; undefined otherwise. */
  async function soundEnd(
    orgId: string,
    heads: readonly SignedHead[],
    to: number,
    { from }: Before,
    macless: number,
  ): Promise<Position | undefined> {
    const sound = soundHeads(heads, lineOf(signing))
    if (!sound || to < from.seq || (sound.get(from.seq) ?? from.hash) !== from.hash) return undefined
    if (to > from.seq && !sound.has(to)) return undefined
    const { end, fault } = await checking.check({ orgId, from, to }, { keys: auditKeys.known(), macless, pinned: [...sound] })
    return fault ? undefined : end
  }

  async function leftOut(orgId: string, full: boolean): Promise<Before> {
    const cut = await cutOf(database, orgId, lineOf(signing), auditKeys)
    const begin = cut ? { seq: cut.seq, id: cut.event_id, hash: cut.integrity_hash } : START
    const verified = full ? undefined : await database.read(({ audit }) => audit.life.verified(orgId))
    if (!verified || verified.seq <= begin.seq || !(await isThere(verified))) return { from: begin, verified: undefined, cut }
    return { from: { seq: verified.seq, id: verified.event_id, hash: verified.integrity_hash }, verified, cut }
  }

  async function isThere({ org_id, seq, event_id, integrity_hash }: Verified): Promise<boolean> {
    const [row] = await database.read(({ audit }) => audit.following(org_id, seq - 1, seq, 1))
    return row?.id === event_id && row.integrity_hash === integrity_hash
  }

  async function note(orgId: string, { seq, id, hash }: Position, { from, verified }: Before, now: number): Promise<void> {
    if (seq === 0 || (verified && seq === from.seq)) return
    const reached = {
      org_id: orgId,
      seq,
      event_id: id,
      integrity_hash: hash,
      verified_at: now,
      full_at: verified?.full_at ?? now,
    }
    await database.run(({ audit }) => audit.life.setVerified(reached))
  }

  return (orgId, full) => {
    const key = `${orgId} ${full}`
    const verdict = running.get(key) ?? verify(orgId, full).finally(() => running.delete(key))
    running.set(key, verdict)
    return verdict
  }
}

/** The form in which it accompanies a verdict. */
function removedBy({ seq, created_at, reason, kept_in }: SignedCut): NonNullable<Verdict['removed']> {
  return { to: seq, removed_at: created_at, reason, kept_in }
}
