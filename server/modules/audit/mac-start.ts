import { type KeyObject, verify } from 'node:crypto'
import { macStartBytes } from '../../../src/crypto/audit-chain.ts'
import type { Database } from '../../db/database.ts'
import type { Keyring } from '../../keys/keyring.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'

export interface MacStartDeps {
  readonly database: Database<{ audit: AuditStore }>
  readonly keyring: Pick<Keyring, 'sign'>
  /** Names the signing key. */
  readonly kid: string
  readonly clock: () => number
}

/** Chains signed between two reads. */
const AT_ONCE = 500

/**
 * Signs, for every chain that has events, that those up to now have no MAC. Only before the key of the MACs is made, and safe to do again:
 * what was signed first stays.
 */
export async function beginMacs({ database, keyring, kid, clock }: MacStartDeps): Promise<void> {
  for (let after = ''; ; ) {
    const heads = await database.read(({ audit }) => audit.heads(after, AT_ONCE))
    for (const head of heads) {
      const now = clock()
      const bytes = macStartBytes({ ...head, created_at: new Date(now).toISOString(), kid })
      const signature = Buffer.from(await keyring.sign(bytes)).toString('base64')
      await database.run(({ audit }) => audit.addMacStart({ ...head, created_at: now, kid, signature }))
    }
    const last = heads.at(-1)
    if (!last) return
    after = last.org_id
  }
}

/** The last event of the chain that may have no MAC; 0 when each must have one, or when the key did not sign what says otherwise. */
export async function macStartOf(database: Database<{ audit: AuditStore }>, orgId: string, key: KeyObject): Promise<number> {
  const row = await database.read(({ audit }) => audit.macStart(orgId))
  if (!row) return 0
  const head = { ...row, created_at: new Date(row.created_at).toISOString() }
  return verify(null, macStartBytes(head), key, Buffer.from(row.signature, 'base64')) ? row.seq : 0
}
