import { Problem } from '../../../../src/problem.ts'
import type { Database } from '../../../db/database.ts'
import { together } from '../../../db/together.ts'
import type { RecoverableSignature } from '../../../keys/primitives/secp256k1.ts'
import type { Actor, AgentActor } from '../../../policy/actor.ts'
import { denied } from '../../../policy/denial.ts'
import type { CanonicalPath, Grant } from '../../../policy/grant.ts'
import { isLive } from '../../../policy/live.ts'
import type { AgentRow, AgentStore } from '../../../stores/agents.ts'
import type { VaultStore } from '../../../stores/vaults.ts'
import type { Intent } from '../intent.ts'
import type { SigningKey } from '../ports.ts'

/** Uses keys without revealing them; see `signingKeys` of the secrets. */
export interface SigningKeys {
  find(grant: Grant<'secret.read'>): Promise<SigningKey | undefined>
  sign(grant: Grant<'secret.read'>, key: SigningKey, digest: Uint8Array): Promise<RecoverableSignature>
  signerAtHand(grant: Grant<'secret.read'>, key: SigningKey): Promise<SignNow | undefined>
}

/** Signs a digest of 32 bytes without waiting for anything. */
export type SignNow = (digest: Uint8Array) => Promise<RecoverableSignature>

export interface KeysOfAgentDeps {
  readonly database: Database<{ vaults: VaultStore; agents: AgentStore }>
  readonly authorize: (
    action: 'secret.read',
    actor: Actor,
    target: { readonly vaultId: string; readonly path: CanonicalPath },
    ip: string,
  ) => Promise<Grant<'secret.read'>>
  readonly signingKeys: SigningKeys
  readonly clock: () => number
}

/** A key that an agent can use, with the decision that permits it. */
export interface UsableKey {
  readonly key: SigningKey
  readonly grant: Grant<'secret.read'>
}

export type KeysOfAgent = ReturnType<typeof keysOfAgent>

/** Finds the key of a transaction in any vault where the agent can read it. The decision is the same as for any other read. */
export function keysOfAgent({ database, authorize, signingKeys, clock }: KeysOfAgentDeps) {
  const reached = together<AgentActor, readonly string[]>(actors =>
    database.read(({ vaults }) => vaults.reachedBy(actors, clock())),
  )

  async function inVault(
    actor: AgentActor,
    vaultId: string,
    path: CanonicalPath,
    ip: string,
  ): Promise<UsableKey | 'denied' | undefined> {
    try {
      const grant = await authorize('secret.read', actor, { vaultId, path }, ip)
      const key = await signingKeys.find(grant)
      return key && { key, grant }
    } catch (error) {
      if (error instanceof Problem && (error.code === 'policy.denied' || error.code === 'resource.unknown')) return 'denied'
      throw error
    }
  }

  return {
    /**
     * @throws Problem `policy.denied` if the agent cannot read that path anywhere, `resource.unknown` if there is no such secret where it
     * can, `resource.conflict` if several vaults have one
     */
    async find(actor: AgentActor, { keyPath, vaultId }: Pick<Intent, 'keyPath' | 'vaultId'>, ip: string): Promise<UsableKey> {
      const reachable = await reached(actor)
      const candidates = reachable.filter(id => vaultId === undefined || id === vaultId)
      const outcomes = await Promise.all(candidates.map(id => inVault(actor, id, keyPath, ip)))
      const usable = outcomes.flatMap(outcome => (outcome === undefined || outcome === 'denied' ? [] : [outcome]))
      const [first, second] = usable
      if (first && !second) return first
      if (first) {
        throw new Problem(
          'resource.conflict',
          `${usable.length} vaults have ${keyPath}; choose one with vault_id: ${usable.map(({ key }) => key.vaultId).join(', ')}.`,
        )
      }
      if (outcomes.every(outcome => outcome === 'denied')) {
        throw unreadable(keyPath)
      }
      throw new Problem('resource.unknown', `There is no signing key at ${keyPath}.`)
    },

    /**
     * The same key, permitted as of now: the preparation takes as long as the chain's node.
     * @throws Problem `policy.denied`
     */
    async renewed({ key, grant: { actor, ip } }: UsableKey): Promise<UsableKey> {
      const grant = await authorize('secret.read', actor, key, ip).catch(error => {
        throw error instanceof Problem && error.code === 'resource.unknown' ? unreadable(key.path) : error
      })
      return { key, grant }
    },

    sign: ({ grant, key }: UsableKey, digest: Uint8Array): Promise<RecoverableSignature> => signingKeys.sign(grant, key, digest),

    /** Signs within a unit of work; undefined if it needs the slow key provider. */
    signerAtHand: ({ grant, key }: UsableKey): Promise<SignNow | undefined> => signingKeys.signerAtHand(grant, key),

    /** The agent as an actor, for work on its behalf: simulations by people, and background work of the server. */
    async actorOf(orgId: string, agentId: string): Promise<AgentActor> {
      const row = await database.read(({ agents }) => agents.byId(orgId, agentId))
      if (!row) throw new Problem('resource.unknown', 'There is no agent with this id.')
      return agentActor(row, clock())
    },
  }
}

function unreadable(path: CanonicalPath): Problem {
  return denied('no-policy', `The agent has no read permission on ${path}.`, { reason: 'signing key' })
}

/** Nothing is signed for an agent that can no longer sign in, not even by background work of the server. */
function agentActor(row: AgentRow, now: number): AgentActor {
  return {
    type: 'agent',
    id: row.id,
    orgId: row.org_id,
    scopes: row.scopes,
    vaultIds: row.vault_ids,
    intentsEnabled: isLive(row, now) && row.intents_api_enabled,
    ...(row.created_by !== null && { createdBy: row.created_by }),
  }
}
