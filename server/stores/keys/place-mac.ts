import { createHmac } from 'node:crypto'
import { Problem } from '../../../src/problem.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import { type AuditKeys, isSame, type MacKey, type MacKeys, macKeyOf, numbered } from '../audit/mac.ts'

/** A secret, its place, and its newest version. */
export interface Placed {
  readonly id: string
  readonly path: string
  readonly latest_version: number
}

const DOMAIN = '1claw secret place mac v1\0'
const MAC_BYTES = 16

/**
 * Proves that this server put a secret at a path of a vault and made one of its versions the newest: HMAC-SHA-256, cut to 128 bits (RFC
 * 2104 §5), base64url. The seal of a value binds it to its secret and version; this MAC binds the secret to its path. It uses the MAC key
 * of the audit log, and follows its rotations.
 */
export function placeMac({ number, key }: MacKey, vault: VaultPlace, { id, path, latest_version }: Placed): string {
  const said = JSON.stringify([vault.orgId, vault.id, id, path, latest_version])
  const mac = createHmac('sha256', key)
    .update(DOMAIN + said)
    .digest()
    .toString('base64url', 0, MAC_BYTES)
  return numbered(number, mac)
}

/** Whether the MAC is by a trusted key and valid for this secret. */
export function isPlaceMacOf(keys: MacKeys, vault: VaultPlace, placed: Placed, mac: string | null): boolean {
  const key = mac === null ? undefined : macKeyOf(keys.accepted(), mac)
  return mac !== null && key !== undefined && isSame(mac, placeMac(key, vault, placed))
}

export type PlaceMacs = ReturnType<typeof placeMacs>

/** Creates and checks the MACs of secrets, with the current keys. */
export function placeMacs(auditKeys: AuditKeys) {
  const keys = () => {
    const present = auditKeys()
    if (!present) throw new Problem('keys.unavailable')
    return present
  }
  return {
    of: (vault: VaultPlace, placed: Placed): string => placeMac(keys().current(), vault, placed),

    /** False for a row that was changed in the database by somebody else. */
    isRight: (vault: VaultPlace, row: Placed & { readonly mac: string | null }): boolean =>
      isPlaceMacOf(keys(), vault, row, row.mac),

    /** @throws Problem `secret.unreadable` for a row that was changed in the database by somebody else */
    ensure(vault: VaultPlace, row: Placed & { readonly mac: string | null }): void {
      if (!this.isRight(vault, row)) throw changedOutside(row.id)
    },
  }
}

/** Problem `secret.unreadable` for the secret with this id. */
export function changedOutside(id: string): Problem {
  return new Problem('secret.unreadable', 'This secret was moved or put back in the database from outside the server.', {
    cause: new Error(`The MAC of the path and the newest version of the secret ${id} is wrong.`),
  })
}
