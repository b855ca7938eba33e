import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto'
import type { Database } from '../db/database.ts'
import type { Kek, Keyring } from '../keys/keyring.ts'
import type { FactsStore } from '../stores/facts.ts'

type FactsDatabase = Database<{ facts: FactsStore }>

const PEPPER = 'key-hash-pepper'
const PEPPER_AAD = Buffer.from('1claw key-hash pepper v1')
const AUDIT_KEY = 'audit-mac-key'
const AUDIT_KEY_AAD = Buffer.from('1claw audit mac key v1')
const DATA_KEY = 'data-key'
const DATA_KEY_AAD = Buffer.from('1claw data key v1')

/** The secret under which API keys are hashed: random, kept in the database, wrapped by a key of the provider. */
export function keyHashPepper(database: FactsDatabase, keyring: Keyring): Promise<Uint8Array> {
  return settledSecret(database, keyring, PEPPER, PEPPER_AAD)
}

/** The key under which the server seals its own small secrets, see `dataBox`; kept like the pepper. */
export function dataKey(database: FactsDatabase, keyring: Keyring): Promise<Uint8Array> {
  return settledSecret(database, keyring, DATA_KEY, DATA_KEY_AAD)
}

/** Whether the key of the audit trail's MACs was made. */
export async function hasAuditKey(database: FactsDatabase): Promise<boolean> {
  return (await database.read(({ facts }) => facts.get(AUDIT_KEY))) !== undefined
}

/**
 * The key of the audit trail's MACs, kept like the pepper. `beforeFirst` runs before it is made: what was written until then has no MAC.
 */
export async function auditMacKey(
  database: FactsDatabase,
  keyring: Keyring,
  beforeFirst: () => Promise<void>,
): Promise<KeyObject> {
  if (!(await hasAuditKey(database))) await beforeFirst()
  return createSecretKey(await settledSecret(database, keyring, AUDIT_KEY, AUDIT_KEY_AAD))
}

/** 32 random bytes that are made once, and rest in the database wrapped by a key of their own. */
async function settledSecret(database: FactsDatabase, keyring: Keyring, fact: string, aad: Buffer): Promise<Uint8Array> {
  const stored = (await database.read(({ facts }) => facts.get(fact))) ?? (await newSecret(database, keyring, fact, aad))
  const { kek, wrapped } = JSON.parse(stored) as { kek: { id: string; blob: string | null }; wrapped: string }
  const blob = kek.blob === null ? null : Buffer.from(kek.blob, 'base64')
  return keyring.unwrap({ id: kek.id, blob }, Buffer.from(wrapped, 'base64'), aad)
}

async function newSecret(database: FactsDatabase, keyring: Keyring, fact: string, aad: Buffer): Promise<string> {
  const kek = await keyring.createKek(`server-${randomUUID()}`)
  const secret = randomBytes(32)
  const wrapped = await keyring.wrap(kek, secret, aad)
  secret.fill(0)
  const mine = JSON.stringify({ kek: encoded(kek), wrapped: Buffer.from(wrapped).toString('base64') })
  const settled = await database.run(({ facts }) => facts.settle(fact, mine))
  // Another process starting on the same database was faster: its secret holds.
  if (settled !== mine) await keyring.destroyKek(kek)
  return settled
}

function encoded({ id, blob }: Kek): { id: string; blob: string | null } {
  return { id, blob: blob === null ? null : Buffer.from(blob).toString('base64') }
}
