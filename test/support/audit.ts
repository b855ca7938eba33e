import { createSecretKey, generateKeyPairSync, sign } from 'node:crypto'
import type { Database, Handle } from '../../server/db/database.ts'
import type { DatabaseOptions } from '../../server/db/open.ts'
import { openDatabase } from '../../server/db/open.ts'
import { only } from '../../server/keys/lineage.ts'
import type { SigningKey, SigningKeys } from '../../server/keys/signing-keys.ts'
import { memoryAnchor } from '../../server/modules/audit/anchor.ts'
import { brokenChainList } from '../../server/modules/audit/broken-chains.ts'
import { checking } from '../../server/modules/audit/checking/threads.ts'
import { auditService } from '../../server/modules/audit/service.ts'
import { type SigningDeps, signing } from '../../server/modules/audit/signing.ts'
import { type VerificationDeps, verification } from '../../server/modules/audit/verification.ts'
import type { UserActor } from '../../server/policy/actor.ts'
import { authorizer } from '../../server/policy/authorize.ts'
import type { NewEvent } from '../../server/policy/event.ts'
import type { Action, Grant } from '../../server/policy/grant.ts'
import { type AuditStore, auditStore } from '../../server/stores/audit/audit.ts'
import type { AuditKeys } from '../../server/stores/audit/mac.ts'
import { type FactsStore, factsStore } from '../../server/stores/facts.ts'
import { verifyChain } from '../../src/crypto/audit-verify.ts'

/** `db` is the intruder's access: any statement, without the store. */
export type AuditDatabase = Database<{ audit: AuditStore; facts: FactsStore; db: Handle['db'] }>

export const ORG = '11111111-1111-4111-8111-111111111111'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
export const PUBLIC_KEY = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')

/** The key of the MACs; the intruder does not have it. */
export const AUDIT_KEY = createSecretKey(Buffer.alloc(32, 7))

export const AUDIT_KEYS = only(AUDIT_KEY)

export const openAudit = (options: DatabaseOptions, auditKeys: AuditKeys = () => AUDIT_KEYS): Promise<AuditDatabase> =>
  openDatabase(options, handle => ({ audit: auditStore(handle, auditKeys), facts: factsStore(handle), db: handle.db }))

export function eventAbout(resourceId: string, more: Partial<NewEvent> = {}): NewEvent {
  return {
    orgId: ORG,
    action: 'secret.read',
    actorId: 'alice',
    actorType: 'user',
    resourceType: 'secret',
    resourceId,
    vaultId: '22222222-2222-4222-8222-222222222222',
    details: { path: `prod/${resourceId}`, version: 1 },
    ipAddress: '127.0.0.1',
    ...more,
  }
}

/** The service over this database, with a signing key of the tests. */
export function serviceOn(database: AuditDatabase, more: Partial<SigningDeps> = {}) {
  const deps = { ...depsOn(database), ...more }
  return auditService({ ...deps, heads: signing(deps), termsOf: async () => [] })
}

/** The dependencies of the audit trail, with a signing key of the tests. */
export function depsOn(database: AuditDatabase) {
  const keys = { signing: SIGNING, auditKeys: AUDIT_KEYS }
  return { database, ...keys, clock: Date.now, anchor: memoryAnchor(), checking: checking(database), distrust: brokenChainList() }
}

/** The check of the trail in the database, like the server's. */
export function verificationOn(database: AuditDatabase, service = serviceOn(database), more: Partial<VerificationDeps> = {}) {
  return verification({ ...depsOn(database), signedHeads: service.signedHeads, ...more })
}

/** Holds the signing key of the tests. */
export const SIGNING_KEY = { publicKey: PUBLIC_KEY, sign: async (message: Uint8Array) => sign(null, message, privateKey) }
export const SIGNING = signingWith(SIGNING_KEY)

export function signingWith(key: SigningKey): SigningKeys {
  return { ...only(key), successions: () => [] }
}

const authorize = authorizer({
  vaultFacts: () => undefined,
  deletedVault: async () => undefined,
  agentFacts: () => undefined,
  secretPlace: async () => undefined,
  isPlatform: () => false,
  agentsCanOwnVaults: () => false,
  clock: Date.now,
})

/** The person's rights in the product; an owner by default. */
export function grantTo<A extends Action>(action: A, person: Partial<UserActor> = {}): Promise<Grant<A>> {
  const actor: UserActor = {
    type: 'user',
    id: 'alice',
    orgId: ORG,
    email: 'a@x.test',
    role: 'owner',
    scopes: [],
    vaultIds: [],
    ...person,
  }
  return authorize(action, actor, {}, '127.0.0.1')
}

/** The verdict of `1claw audit verify` on the organisation's trail, read through the service page by page. */
export async function verdict(database: AuditDatabase) {
  const service = serviceOn(database)
  const checkpoints = await service.signedHeads(ORG)
  const grant = await grantTo('audit.read')
  async function* pages() {
    for (let cursor: string | undefined = '0'; cursor !== undefined; ) {
      const page = await service.events(grant, { order: 'asc', limit: 50, cursor })
      // In the form that a client gets.
      yield JSON.parse(JSON.stringify(page.events))
      cursor = page.nextCursor
    }
  }
  return verifyChain(pages(), checkpoints, PUBLIC_KEY)
}
