import { verify } from 'node:crypto'
import { macStartBytes } from '../../../src/crypto/audit-chain.ts'
import { keyFor, type SigningKeyLine, signingKeyId } from '../../../src/crypto/signing-keys.ts'
import type { Database } from '../../db/database.ts'
import type { SigningKeys } from '../../keys/signing-keys.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'

export interface MacStartDeps {
  readonly database: Database<{ audit: AuditStore }>
  readonly signing: SigningKeys
  readonly clock: () => number
}

/** The number of chains signed between two reads. */
const AT_ONCE = 500

/**
 * Signs, for every chain with events, that the events up to now have no MAC. It runs only before the MAC key exists and is safe to repeat:
 * the first signature is kept.
 */
export async function beginMacs({ database, signing, clock }: MacStartDeps): Promise<void> {
  const { key } = signing.current()
  const kid = signingKeyId(key.publicKey)
  for (let after = ''; ; ) {
    const heads = await database.read(({ audit }) => audit.heads(after, AT_ONCE))
    for (const head of heads) {
      const now = clock()
      const bytes = macStartBytes({ ...head, created_at: new Date(now).toISOString(), kid })
      const signature = Buffer.from(await key.sign(bytes)).toString('base64')
      await database.run(({ audit }) => audit.addMacStart({ ...head, created_at: now, kid, signature }))
    }
    const last = heads.at(-1)
    if (!last) return
    after = last.org_id
  }
}

/**
 * The last event of the chain that is allowed to have no MAC; 0 if every event must have one, or if no key of the succession signed
 * otherwise.
 */
export async function macStartOf(
  database: Database<{ audit: AuditStore }>,
  orgId: string,
  line: SigningKeyLine,
): Promise<number> {
  const row = await database.read(({ audit }) => audit.macStart(orgId))
  const key = row && keyFor(line, row)
  if (!key) return 0
  const head = { ...row, created_at: new Date(row.created_at).toISOString() }
  return verify(null, macStartBytes(head), key, Buffer.from(row.signature, 'base64')) ? row.seq : 0
}
