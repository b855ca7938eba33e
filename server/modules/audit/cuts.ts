import { CUT_ACTION, isCutSignedBy, type SignedCut, tellsOf } from '../../../src/crypto/audit-chain.ts'
import { keyFor, type SigningKeyLine } from '../../../src/crypto/signing-keys.ts'
import type { Database } from '../../db/database.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { CutRow } from '../../stores/audit/chain-state.ts'
import { sealedEvent } from '../../stores/audit/chaining.ts'
import { isMacOf, type MacKeys } from '../../stores/audit/mac.ts'

/** A stored cut as it is signed and sent. */
export function signedCut({ created_at, finished_at: _, ...row }: CutRow): SignedCut {
  return { ...row, created_at: new Date(created_at).toISOString() }
}

/**
 * The newest cut of a chain. Undefined if there is none, if no key of the succession signed it, or if no event of this server records it: a
 * person who can write to the database and has learned a replaced key can sign a cut, but cannot compute the MAC of an event.
 */
export async function cutOf(
  database: Pick<Database<{ audit: AuditStore }>, 'read'>,
  orgId: string,
  line: SigningKeyLine,
  keys: MacKeys,
): Promise<SignedCut | undefined> {
  const row = await database.read(({ audit }) => audit.life.lastCut(orgId))
  const cut = row && signedCut(row)
  if (!cut || !isCutSignedBy(cut, keyFor(line, cut))) return undefined
  const filter = { orgId, action: CUT_ACTION, order: 'desc', limit: 1 } as const
  const [event] = await database.read(({ audit }) => audit.page(filter))
  return event && isMacOf(keys.known(), event) && tellsOf(sealedEvent(event), cut) ? cut : undefined
}
