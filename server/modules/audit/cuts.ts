import { isCutSignedBy, type SignedCut } from '../../../src/crypto/audit-chain.ts'
import { keyFor, type SigningKeyLine } from '../../../src/crypto/signing-keys.ts'
import type { Database } from '../../db/database.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { CutRow } from '../../stores/audit/life.ts'

/** A stored cut as it is signed and sent. */
export function signedCut({ created_at, finished_at: _, ...row }: CutRow): SignedCut {
  return { ...row, created_at: new Date(created_at).toISOString() }
}

/** The newest cut of a chain; undefined when there is none, or when no key of the line signed it. */
export async function cutOf(
  database: Pick<Database<{ audit: AuditStore }>, 'read'>,
  orgId: string,
  line: SigningKeyLine,
): Promise<SignedCut | undefined> {
  const row = await database.read(({ audit }) => audit.life.lastCut(orgId))
  const cut = row && signedCut(row)
  return cut && isCutSignedBy(cut, keyFor(line, cut)) ? cut : undefined
}
