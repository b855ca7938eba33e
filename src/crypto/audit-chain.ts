/**
 * The byte formats of the audit trail, which the server writes and anybody with the public key can check.
 *
 * Each organisation has one chain. An event's `integrity_hash` is SHA-256 over every one of its fields and the hash before it, each
 * field preceded by its length so that no two events share their bytes. Checkpoints sign a head of the chain, so history cannot be
 * recomputed by anyone who can write to the database but has no access to the signing key.
 */
import { createHash, createPublicKey, hash, type KeyObject, verify } from 'node:crypto'

/** An event in transport form, without its hash. */
export interface ChainEvent {
  readonly id: string
  /** 1, 2, 3… within the organisation. */
  readonly seq: number
  readonly org_id: string
  readonly action: string
  readonly actor_id: string
  readonly actor_type: string
  readonly resource_type: string
  readonly resource_id: string
  readonly vault_id?: string | undefined
  /** Any JSON. */
  readonly details: unknown
  readonly ip_address: string
  /** RFC 3339 in UTC with milliseconds, as `Date.toISOString` writes it. */
  readonly created_at: string
  readonly prev_event_id: string
}

export interface SealedEvent extends ChainEvent {
  /** SHA-256, hex. */
  readonly integrity_hash: string
}

/** A head of the chain, before it is signed. */
export interface ChainHead {
  readonly org_id: string
  readonly seq: number
  readonly event_id: string
  readonly integrity_hash: string
  readonly created_at: string
  /** The name of the signing key. */
  readonly kid: string
  /** The number of the previous checkpoint, and its `checkpointDigest`. Absent in the first, and in those of version 1. */
  readonly prev_seq?: number | undefined
  readonly prev_digest?: string | undefined
}

export interface SignedHead extends ChainHead {
  /** Ed25519 (RFC 8032) over `checkpointBytes`, base64. */
  readonly signature: string
}

/**
 * Records that the events up to a number were removed, before it is signed. `integrity_hash` is that of the last one, so it covers them
 * all.
 */
export interface ChainCut extends ChainHead {
  /** The reason, such as `ONECLAW_AUDIT_RETENTION=365d`. */
  readonly reason: string
  /** Where they are archived: a file of `1claw audit export`, and its SHA-256 in hex. Empty if they are not archived. */
  readonly kept_in: string
  readonly kept_sha256: string
  /** Number of the last event that the previous cut removed; 0 if there is none. */
  readonly prev_seq: number
}

export interface SignedCut extends ChainCut {
  /** Ed25519 (RFC 8032) over `cutBytes`, base64. */
  readonly signature: string
}

/** The position before the first event of a chain. */
export const GENESIS = { seq: 0, id: '00000000-0000-0000-0000-000000000000', hash: '0'.repeat(64) } as const

// The prefixes distinguish the two kinds of bytes from each other and from tokens, which the same key signs.
const EVENT_DOMAIN = '1claw audit event v1'
const CHECKPOINT_DOMAIN = '1claw audit checkpoint v1'
const LINKED_CHECKPOINT_DOMAIN = '1claw audit checkpoint v2'
const CUT_DOMAIN = '1claw audit cut v1'
const MAC_START_DOMAIN = '1claw audit mac start v1'

/**
 * The `integrity_hash` of an event that follows the event sealed by `previousHash`.
 * @param details the canonical form of the event's details, if the caller already has it
 */
export function eventHash(event: ChainEvent, previousHash: string, details?: string): string {
  return hash('sha256', eventFields(event, previousHash, details), 'hex')
}

/** The hashed bytes of an event: all of it, and the hash of everything before it. */
export function eventBytes(event: ChainEvent, previousHash: string): Uint8Array {
  return Uint8Array.from(eventFields(event, previousHash))
}

/** The same, valid until the next fields are assembled. */
function eventFields(event: ChainEvent, previousHash: string, details: string = canonicalJson(event.details)): Uint8Array {
  return joined(EVENT_DOMAIN, [
    event.org_id,
    String(event.seq),
    event.id,
    event.action,
    event.actor_id,
    event.actor_type,
    event.resource_type,
    event.resource_id,
    event.vault_id ?? '',
    details,
    event.ip_address,
    event.created_at,
    event.prev_event_id,
    previousHash,
  ])
}

/** The signed bytes of a checkpoint. */
export function checkpointBytes(head: ChainHead): Uint8Array {
  const own = headFields(head)
  if (head.prev_digest === undefined) return fields(CHECKPOINT_DOMAIN, own)
  return fields(LINKED_CHECKPOINT_DOMAIN, [...own, String(head.prev_seq ?? 0), head.prev_digest])
}

/** The id of this checkpoint in the next one: SHA-256, in hexadecimal, of its signed bytes and its signature. */
export function checkpointDigest(head: SignedHead): string {
  return createHash('sha256').update(checkpointBytes(head)).update(head.signature).digest('hex')
}

/** The signed bytes of the statement that the events of a chain up to this one have no MACs. */
export function macStartBytes(head: ChainHead): Uint8Array {
  return fields(MAC_START_DOMAIN, headFields(head))
}

/** The signed bytes of a cut. */
export function cutBytes(cut: ChainCut): Uint8Array {
  return fields(CUT_DOMAIN, [...headFields(cut), cut.reason, cut.kept_in, cut.kept_sha256, String(cut.prev_seq)])
}

/** Whether the holder of the key signed this cut. */
export function isCutSignedBy(cut: SignedCut, key: KeyObject | undefined): boolean {
  return key !== undefined && verify(null, cutBytes(cut), key, Buffer.from(cut.signature, 'base64'))
}

/** The action of the event that is recorded with each cut. */
export const CUT_ACTION = 'audit.remove'

/** The details of that event, with which a chain records a cut. */
export function cutDetails({ seq, integrity_hash, reason, kept_in, kept_sha256, prev_seq }: Omit<ChainCut, 'kid'>) {
  return { from: prev_seq + 1, to: seq, integrity_hash, reason, ...(kept_in && { kept_in, kept_sha256 }) }
}

/**
 * Whether an event after a cut records exactly this cut. A signature alone proves nothing: a person who learned a replaced key can sign a
 * cut, but cannot put an event under the heads that later keys signed.
 */
export function tellsOf(event: Pick<ChainEvent, 'seq' | 'action' | 'actor_type' | 'details'>, cut: SignedCut): boolean {
  if (event.seq <= cut.seq || event.action !== CUT_ACTION || event.actor_type !== 'system') return false
  // Events of older servers have no hash in their details; for those, the event right after the cut is required.
  const told = { integrity_hash: cut.integrity_hash, ...(event.details as object) }
  return canonicalJson(told) === canonicalJson(cutDetails(cut))
}

function headFields(head: ChainHead): string[] {
  return [head.org_id, String(head.seq), head.event_id, head.integrity_hash, head.created_at, head.kid]
}

/** Whether the holder of the key signed this head. */
export function isSignedBy(head: SignedHead, key: KeyObject | undefined): boolean {
  return key !== undefined && verify(null, checkpointBytes(head), key, Buffer.from(head.signature, 'base64'))
}

/** An Ed25519 public key from its raw 32 bytes. Throws for another length. */
export function ed25519PublicKey(raw: Uint8Array): KeyObject {
  if (raw.byteLength !== 32) throw new RangeError('an Ed25519 public key has 32 bytes')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') }, format: 'jwk' })
}

/** JSON with sorted keys and no white space, so equal values have equal bytes (RFC 8785, for everything that JSON.stringify can write). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  let text = ''
  for (const key of Object.keys(value).sort()) {
    const member = (value as Record<string, unknown>)[key]
    if (member !== undefined) text += `${text && ','}${JSON.stringify(key)}:${canonicalJson(member)}`
  }
  return `{${text}}`
}

/** The domain and each field as UTF-8, each after its length in four bytes, big-endian. */
export function fields(domain: string, values: readonly string[]): Uint8Array {
  return Uint8Array.from(joined(domain, values))
}

/** The buffer in which fields are assembled, up to a few kilobytes: every event has a hash, and every read an event. */
const bench = Buffer.allocUnsafeSlow(16 * 1024)

function joined(domain: string, values: readonly string[]): Uint8Array {
  let most = roomFor(domain)
  for (const value of values) most += roomFor(value)
  const bytes = most <= bench.length ? bench : Buffer.allocUnsafe(most)
  let at = put(bytes, domain, 0)
  for (const value of values) at = put(bytes, value, at)
  return bytes.subarray(0, at)
}

/** A UTF-16 code unit has at most three bytes in UTF-8. */
function roomFor(text: string): number {
  return 4 + 3 * text.length
}

function put(bytes: Buffer, text: string, at: number): number {
  const length = bytes.write(text, at + 4)
  return bytes.writeUInt32BE(length, at) + length
}
