import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Schema } from '../../db/schema/schema.ts'

/**
 * The key of the MACs; a function, because the stores are made before the key provider is open. Undefined only where an installation
 * has no such key yet.
 */
export type AuditKey = () => KeyObject | undefined

const DOMAIN = '1claw audit event mac v1\0'

/**
 * Proves that this server wrote an event: HMAC-SHA-256 over its integrity hash, which covers all of it and all before it, cut to 128
 * bits (RFC 2104 §5), base64url. Whoever can write to the database can compute hashes, but no MAC.
 */
export function eventMac(key: KeyObject, integrityHash: string): string {
  return createHmac('sha256', key).update(DOMAIN).update(integrityHash).digest().subarray(0, 16).toString('base64url')
}

/** What `verifiedMac` covers. */
export type Verified = Omit<Selectable<Schema['audit_verified']>, 'mac'>

const VERIFIED_DOMAIN = '1claw audit verified v1\0'

/** Proves that this server has verified a chain up to an event; full-length HMAC-SHA-256, base64url. */
export function verifiedMac(key: KeyObject, { org_id, seq, event_id, integrity_hash, verified_at, full_at }: Verified): string {
  const said = JSON.stringify([org_id, seq, event_id, integrity_hash, verified_at, full_at])
  return createHmac('sha256', key).update(VERIFIED_DOMAIN).update(said).digest('base64url')
}

/** A name for the key that tells nothing about it. */
export function keyName(key: KeyObject): string {
  return createHmac('sha256', key).update('1claw audit key name v1').digest('hex').slice(0, 32)
}

export function isMacOf(key: KeyObject, { integrity_hash, mac }: { integrity_hash: string; mac: string | null }): boolean {
  if (mac === null) return false
  const [given, right] = [Buffer.from(mac), Buffer.from(eventMac(key, integrity_hash))]
  return given.length === right.length && timingSafeEqual(given, right)
}
