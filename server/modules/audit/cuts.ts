import { isCutSignedBy, type SignedCut } from '../../../src/crypto/audit-chain.ts'
import { keyFor, type SigningKeyLine } from '../../../src/crypto/signing-keys.ts'
import type { Database } from '../../db/database.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import { detailsOf } from '../../stores/audit/chaining.ts'
import type { CutRow } from '../../stores/audit/life.ts'

/** A stored cut as it is signed and sent. */
export function signedCut({ created_at, finished_at: _, ...row }: CutRow): SignedCut {
  return { ...row, created_at: new Date(created_at).toISOString() }
}

/** The event that is recorded with each cut. */
export const CUT_ACTION = 'audit.remove'

/**
 * The newest cut of a chain; undefined when there is none, when no key of the line signed it, or when the chain does not tell of it: whoever
 * learned a key that was replaced since can sign a cut, but not put an event under the heads that later keys signed.
 */
export async function cutOf(
  database: Pick<Database<{ audit: AuditStore }>, 'read'>,
  orgId: string,
  line: SigningKeyLine,
): Promise<SignedCut | undefined> {
  const row = await database.read(({ audit }) => audit.life.lastCut(orgId))
  const cut = row && signedCut(row)
  return cut && isCutSignedBy(cut, keyFor(line, cut)) && (await isTold(database, cut)) ? cut : undefined
}

async function isTold(database: Pick<Database<{ audit: AuditStore }>, 'read'>, { org_id, seq }: SignedCut): Promise<boolean> {
  const filter = { orgId: org_id, action: CUT_ACTION, order: 'desc', limit: 1 } as const
  const [event] = await database.read(({ audit }) => audit.page(filter))
  return event !== undefined && detailsOf(event)['to'] === seq
}
