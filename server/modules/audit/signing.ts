import type { KeyObject } from 'node:crypto'
import {
  checkpointBytes,
  checkpointDigest,
  ed25519PublicKey,
  eventHash,
  GENESIS,
  isSignedBy,
  type SignedHead,
} from '../../../src/crypto/audit-chain.ts'
import type { Database } from '../../db/database.ts'
import type { Keyring } from '../../keys/keyring.ts'
import type { AuditStore, CheckpointRow } from '../../stores/audit/audit.ts'
import { type EventRow, type HeadRow, sealedEvent } from '../../stores/audit/chaining.ts'
import { type AuditKey, isMacOf } from '../../stores/audit/mac.ts'
import type { Anchor } from './anchor.ts'
import { macStartOf } from './mac-start.ts'

export interface SigningDeps {
  readonly database: Database<{ audit: AuditStore }>
  readonly keyring: Pick<Keyring, 'sign' | 'publicKey'>
  readonly clock: () => number
  /** Names the signing key in checkpoints. */
  readonly issuerKid: string
  readonly auditKey: AuditKey
  readonly anchor: Anchor
  /** Told of each head that was signed, for a log that lies elsewhere than the database. */
  readonly signed?: (head: SignedUpTo) => void
}

/** How far a chain is signed. */
export type SignedUpTo = Pick<HeadRow, 'org_id' | 'seq' | 'integrity_hash'>

/** A chain that the server refuses to sign. */
export interface Distrust {
  readonly orgId: string
  readonly seq: number
  /** A sentence. */
  readonly why: string
}

export type Signing = ReturnType<typeof signing>

/** Events checked in one go; the event loop turns between two. */
const PAGE = 500

/**
 * Signs heads of chains. A row alone is no proof: before a head is signed, every event since the last checkpoint must carry a MAC of this
 * server and continue that checkpoint, whose own signature is checked, and nothing may lie behind what was signed before.
 */
export function signing(deps: SigningDeps) {
  const { database, keyring, clock, issuerKid, auditKey, anchor, signed } = deps
  const distrusted = new Map<string, Distrust>()
  const publicKey = ed25519PublicKey(keyring.publicKey)

  /** Why the head must not be signed; undefined when all is well. */
  async function objection(head: HeadRow, last: SignedHead | undefined): Promise<Omit<Distrust, 'orgId'> | undefined> {
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

  async function checkEvents(head: HeadRow, last: SignedHead | undefined, key: KeyObject, macless: number) {
    const anchored = anchor.head(head.org_id)
    let position = last ? { seq: last.seq, hash: last.integrity_hash } : { seq: GENESIS.seq, hash: GENESIS.hash }
    while (position.seq < head.seq) {
      const page = { orgId: head.org_id, order: 'asc', limit: PAGE, after: position.seq } as const
      const rows = (await database.read(({ audit }) => audit.page(page))).filter(row => row.seq <= head.seq)
      if (rows.length === 0) return { seq: position.seq + 1, why: `event ${position.seq + 1} is gone` }
      for (const row of rows) {
        const why =
          fault(row, position, key, macless) ??
          (anchored?.seq === row.seq && anchored.hash !== row.integrity_hash
            ? 'another event was signed in this place'
            : undefined)
        if (why) return { seq: row.seq, why: `event ${row.seq}: ${why}` }
        position = { seq: row.seq, hash: row.integrity_hash }
      }
    }
    return position.hash === head.integrity_hash ? undefined : { seq: head.seq, why: 'its head is not its last event' }
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
        distrusted.set(head.org_id, { orgId: head.org_id, ...found })
        return false
      }
      distrusted.delete(head.org_id)
      if (last?.seq !== head.seq) await addCheckpoint(head, last)
      return true
    },

    distrusted: (): readonly Distrust[] => [...distrusted.values()],
  }
}

/** A stored checkpoint as it is signed and sent. */
export function signedHead({ created_at, prev_seq, prev_digest, ...row }: CheckpointRow): SignedHead {
  const link = prev_seq === null || prev_digest === null ? {} : { prev_seq, prev_digest }
  return { ...row, created_at: new Date(created_at).toISOString(), ...link }
}

function fault(row: EventRow, before: { seq: number; hash: string }, key: KeyObject, macless: number): string | undefined {
  if (row.seq !== before.seq + 1) return `event ${before.seq + 1} is gone`
  if (eventHash(sealedEvent(row), before.hash, row.details) !== row.integrity_hash) return 'its content does not fit its hash'
  if (row.seq <= macless && row.mac === null) return undefined
  return isMacOf(key, row) ? undefined : 'this server did not write it'
}
