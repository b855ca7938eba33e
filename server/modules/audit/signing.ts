import type { KeyObject } from 'node:crypto'
import {
  checkpointBytes,
  checkpointDigest,
  ed25519PublicKey,
  isSignedBy,
  type SignedHead,
} from '../../../src/crypto/audit-chain.ts'
import type { Database } from '../../db/database.ts'
import type { Keyring } from '../../keys/keyring.ts'
import type { AuditStore, CheckpointRow } from '../../stores/audit/audit.ts'
import type { HeadRow } from '../../stores/audit/chaining.ts'
import type { AuditKey } from '../../stores/audit/mac.ts'
import type { Anchor } from './anchor.ts'
import { START, type StretchFault } from './checking/stretch.ts'
import type { Checking } from './checking/threads.ts'
import type { DistrustList } from './distrust.ts'
import { macStartOf } from './mac-start.ts'

export interface SigningDeps {
  readonly database: Database<{ audit: AuditStore }>
  readonly keyring: Pick<Keyring, 'sign' | 'publicKey'>
  readonly clock: () => number
  /** Names the signing key in checkpoints. */
  readonly issuerKid: string
  readonly auditKey: AuditKey
  readonly anchor: Anchor
  readonly checking: Pick<Checking, 'check'>
  readonly distrust: DistrustList
  /** Told of each head that was signed, for a log that lies elsewhere than the database. */
  readonly signed?: (head: SignedUpTo) => void
}

/** How far a chain is signed. */
export type SignedUpTo = Pick<HeadRow, 'org_id' | 'seq' | 'integrity_hash'>

export type Signing = ReturnType<typeof signing>

/**
 * Signs heads of chains. A row alone is no proof: before a head is signed, every event since the last checkpoint must carry a MAC of this
 * server and continue that checkpoint, whose own signature is checked, and nothing may lie behind what was signed before.
 */
export function signing(deps: SigningDeps) {
  const { database, keyring, clock, issuerKid, auditKey, anchor, checking, distrust, signed } = deps
  const publicKey = ed25519PublicKey(keyring.publicKey)

  /** Why the head must not be signed; undefined when all is well. */
  async function objection(head: HeadRow, last: SignedHead | undefined): Promise<StretchFault | undefined> {
    const anchored = anchor.head(head.org_id)
    if (anchored && head.seq < anchored.seq) {
      return { seq: head.seq, why: `it ends at ${head.seq}, but event ${anchored.seq} was signed before` }
    }
    if (last && !isSignedBy(last, publicKey))
      return { seq: last.seq, why: `checkpoint ${last.seq} was not signed by this server` }
    if (anchored && (last?.seq ?? 0) < anchored.seq) {
      return { seq: anchored.seq, why: `the checkpoints up to event ${anchored.seq} are gone` }
    }
    if (last && head.seq < last.seq)
      return { seq: head.seq, why: `it ends at ${head.seq}, but event ${last.seq} was signed before` }
    const key = auditKey()
    if (!key) return { seq: head.seq, why: 'the key of its MACs is not open' }
    const macless = await macStartOf(database, head.org_id, publicKey)
    return checkEvents(head, last, key, macless)
  }

  async function checkEvents(
    head: HeadRow,
    last: SignedHead | undefined,
    key: KeyObject,
    macless: number,
  ): Promise<StretchFault | undefined> {
    const anchored = anchor.head(head.org_id)
    const from = last ? { seq: last.seq, id: last.event_id, hash: last.integrity_hash } : START
    const pinned = anchored ? [[anchored.seq, anchored.hash] as const] : []
    const { end, fault } = await checking.check({ orgId: head.org_id, from, to: head.seq }, { key, macless, pinned })
    if (fault) return fault
    return end.hash === head.integrity_hash ? undefined : { seq: head.seq, why: 'its head is not its last event' }
  }

  async function addCheckpoint(head: HeadRow, last: SignedHead | undefined): Promise<void> {
    const now = clock()
    const link = last && { prev_seq: last.seq, prev_digest: checkpointDigest(last) }
    const open = { ...head, created_at: new Date(now).toISOString(), kid: issuerKid, ...link }
    const signature = await signatureOf(checkpointBytes(open))
    const row = { ...open, created_at: now, signature, prev_seq: link?.prev_seq ?? null, prev_digest: link?.prev_digest ?? null }
    await database.run(({ audit }) => audit.addCheckpoint(row))
    anchor.remember(head.org_id, { seq: head.seq, hash: head.integrity_hash })
    signed?.(head)
  }

  const signatureOf = async (bytes: Uint8Array) => Buffer.from(await keyring.sign(bytes)).toString('base64')

  return {
    /**
     * Signs the head unless something speaks against it; answers whether it is signed. Signing stays outside of any transaction; a
     * second process may do the same, once counts.
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
      if (last?.seq !== head.seq) await addCheckpoint(head, last)
      return true
    },
  }
}

/** A stored checkpoint as it is signed and sent. */
export function signedHead({ created_at, prev_seq, prev_digest, ...row }: CheckpointRow): SignedHead {
  const link = prev_seq === null || prev_digest === null ? {} : { prev_seq, prev_digest }
  return { ...row, created_at: new Date(created_at).toISOString(), ...link }
}
