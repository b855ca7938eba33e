import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Schema } from '../../db/schema/schema.ts'

/** A key for MACs, one of a series of successors. */
export interface MacKey {
  readonly number: number
  readonly key: KeyObject
}

/** Keys of the MACs of events. */
export interface MacKeys {
  /** The key of new events. */
  current(): MacKey
  /** The keys whose MACs are still trusted on their own. */
  accepted(): readonly MacKey[]
  /** Also includes the keys that prove only events that were signed before their replacement. */
  known(): readonly MacKey[]
}

/**
 * The MAC keys; a function, because the stores are created before the key provider is open. Undefined only if an installation has no such
 * key yet.
 */
export type AuditKeys = () => MacKeys | undefined

const DOMAIN = '1claw audit event mac v1\0'

/**
 * Proves that this server wrote an event: HMAC-SHA-256 over its integrity hash, which covers the event and all before it, cut to 128 bits
 * (RFC 2104 §5), base64url. Anyone who can write to the database can compute hashes, but no MAC. The number of a later key is its prefix:
 * `2.<mac>`.
 */
export function eventMac({ number, key }: MacKey, integrityHash: string): string {
  const mac = createHmac('sha256', key)
    .update(DOMAIN + integrityHash)
    .digest()
    .toString('base64url', 0, 16)
  return numbered(number, mac)
}

/** A MAC in its stored form: with the number of its key as a prefix, except for the first key. */
export function numbered(number: number, mac: string): string {
  return number === 1 ? mac : `${number}.${mac}`
}

/** The key that a MAC names. */
export function macKeyOf(keys: readonly MacKey[], mac: string): MacKey | undefined {
  const dot = mac.indexOf('.')
  const number = dot < 0 ? 1 : Number(mac.slice(0, dot))
  return keys.find(key => key.number === number)
}

/** The values that `verifiedMac` covers. */
export type Verified = Omit<Selectable<Schema['audit_verified']>, 'mac'>

const VERIFIED_DOMAIN = '1claw audit verified v1\0'

/** Proves that this server has verified a chain up to an event; full-length HMAC-SHA-256, base64url. */
export function verifiedMac(
  { number, key }: MacKey,
  { org_id, seq, event_id, integrity_hash, verified_at, full_at }: Verified,
): string {
  const said = JSON.stringify([org_id, seq, event_id, integrity_hash, verified_at, full_at])
  const mac = createHmac('sha256', key).update(VERIFIED_DOMAIN).update(said).digest('base64url')
  return numbered(number, mac)
}

/** Whether one of the keys made the MAC of the verification. */
export function isVerifiedMacOf(keys: readonly MacKey[], verified: Verified, mac: string): boolean {
  const key = macKeyOf(keys, mac)
  return key !== undefined && isSame(mac, verifiedMac(key, verified))
}

/** A name for the key that reveals nothing about it; empty if there is no key. */
export function keyName(key: KeyObject | undefined): string {
  if (!key) return ''
  return createHmac('sha256', key).update('1claw audit key name v1').digest('hex').slice(0, 32)
}

/** Whether the MAC is valid, checked with exactly the key that it names. */
export function isMacOf(
  keys: readonly MacKey[],
  { integrity_hash, mac }: { integrity_hash: string; mac: string | null },
): boolean {
  const key = mac === null ? undefined : macKeyOf(keys, mac)
  return mac !== null && key !== undefined && isSame(mac, eventMac(key, integrity_hash))
}

/** Takes the same time, whether or not they are equal. */
export function isSame(one: string, other: string): boolean {
  const [given, right] = [Buffer.from(one), Buffer.from(other)]
  return given.length === right.length && timingSafeEqual(given, right)
}
