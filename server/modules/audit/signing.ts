import { checkpointBytes, checkpointDigest, isSignedBy, type SignedHead } from '../../../src/crypto/audit-chain.ts'
import { keyFor, signingKeyId } from '../../../src/crypto/signing-keys.ts'
import type { Database } from '../../db/database.ts'
import { lineOf, type SigningKey, type SigningKeys } from '../../keys/signing-keys.ts'
import type { AuditStore, CheckpointRow } from '../../stores/audit/audit.ts'
import type { HeadRow } from '../../stores/audit/chaining.ts'
import type { MacKeys } from '../../stores/audit/mac.ts'
import type { Anchor } from './anchor.ts'
import type { BrokenChainList } from './broken-chains.ts'
import { START, type StretchFault } from './checking/stretch.ts'
import type { Checking } from './checking/threads.ts'
import { macStartOf } from './mac-start.ts'

export interface SigningDeps {
  readonly database: Database<{ audit: AuditStore }>
  readonly signing: SigningKeys
  readonly clock: () => number
  /** The key of the MACs. */
  readonly auditKeys: MacKeys
  readonly anchor: Anchor
  readonly checking: Pick<Checking, 'check'>
  readonly distrust: BrokenChainList
  /** Called for each signed head, for a log outside the database. */
  readonly signed?: (head: SignedUpTo) => void
}

/** How far a chain is signed. */
export type SignedUpTo = Pick<HeadRow, 'org_id' | 'seq' | 'integrity_hash'>

export type Signing = ReturnType<typeof signing>

/**
 * Signs the heads of chains. A row alone proves nothing. Before a head is signed, every event since the last checkpoint must have a MAC of
 * this server and continue that checkpoint, whose own signature is checked, and no event may come before what was already signed.
 */
export function signing(deps: SigningDeps) {
  const { database, signing: keys, clock, auditKeys, anchor, checking, distrust, signed } = deps

  /** Why the head must not be signed; undefined if it may. */
  async function objection(head: HeadRow, last: SignedHead | undefined): Promise<StretchFault | undefined> {
    const anchored = anchor.head(head.org_id)
    if (anchored && head.seq < anchored.seq) {
      return { seq: head.seq, why: `it ends at ${head.seq}, but event ${anchored.seq} was signed before` }
    }
    if (last && !isSignedBy(last, keyFor(lineOf(keys), last)))
      return { seq: last.seq, why: `checkpoint ${last.seq} was not signed by this server` }
    if (anchored && (last?.seq ?? 0) < anchored.seq) {
      return { seq: anchored.seq, why: `the checkpoints up to event ${anchored.seq} are gone` }
    }
    if (last && head.seq < last.seq)
      return { seq: head.seq, why: `it ends at ${head.seq}, but event ${last.seq} was signed before` }
    return checkEvents(head, last, await macStartOf(database, head.org_id, lineOf(keys)))
  }

  async function checkEvents(head: HeadRow, last: SignedHead | undefined, macless: number): Promise<StretchFault | undefined> {
    const anchored = anchor.head(head.org_id)
    const from = last ? { seq: last.seq, id: last.event_id, hash: last.integrity_hash } : START
    const pinned = anchored ? [[anchored.seq, anchored.hash] as const] : []
    // A person who learned a replaced key could still write with it. Events that were written in time were signed before the key ended.
    const proofs = { keys: auditKeys.accepted(), macless, pinned }
    const { end, fault } = await checking.check({ orgId: head.org_id, from, to: head.seq }, proofs)
    if (fault) return fault
    return end.hash === head.integrity_hash ? undefined : { seq: head.seq, why: 'its head is not its last event' }
  }

  /** The current key, or a later one with which another process with a faster clock has already signed. */
  function signerAfter(last: SignedHead | undefined): SigningKey {
    const now = keys.current()
    const before = last && keys.accepted().find(({ key }) => signingKeyId(key.publicKey) === last.kid)
    return before && before.number > now.number ? before.key : now.key
  }

  /** False when another process was faster. */
  async function addCheckpoint(head: HeadRow, last: SignedHead | undefined): Promise<boolean> {
    const now = clock()
    const signer = signerAfter(last)
    const link = last && { prev_seq: last.seq, prev_digest: checkpointDigest(last) }
    const open = { ...head, created_at: new Date(now).toISOString(), kid: signingKeyId(signer.publicKey), ...link }
    const signature = Buffer.from(await signer.sign(checkpointBytes(open))).toString('base64')
    const row = { ...open, created_at: now, signature, prev_seq: link?.prev_seq ?? null, prev_digest: link?.prev_digest ?? null }
    const isNext = await database.run(({ audit }) => audit.addCheckpoint(row, last?.seq ?? 0))
    if (!isNext) return false
    anchor.remember(head.org_id, { seq: head.seq, hash: head.integrity_hash })
    signed?.(head)
    return true
  }

  return {
    /**
     * Signs the head unless a check fails, and returns whether it is signed. Signing happens outside any transaction. If a second process
     * was faster, its signature counts.
     */
    async sign(head: HeadRow): Promise<boolean> {
      const row = await database.read(({ audit }) => audit.lastCheckpoint(head.org_id))
      const last = row && signedHead(row)
      const found = await objection(head, last)
      if (found) {
        distrust.add('signing', { orgId: head.org_id, ...found })
        return false
      }
      distrust.remove('signing', head.org_id)
      if (last?.seq === head.seq || (await addCheckpoint(head, last))) return true
      const newest = await database.read(({ audit }) => audit.lastCheckpoint(head.org_id))
      return (newest?.seq ?? 0) >= head.seq || this.sign(head)
    },
  }
}

/** A stored checkpoint as it is signed and sent. */
export function signedHead({ created_at, prev_seq, prev_digest, ...row }: CheckpointRow): SignedHead {
  const link = prev_seq === null || prev_digest === null ? {} : { prev_seq, prev_digest }
  return { ...row, created_at: new Date(created_at).toISOString(), ...link }
}
