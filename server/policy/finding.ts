import { Problem } from '../../src/problem.ts'
import type { Actor } from './actor.ts'
import type { AgentFacts, VaultFacts } from './facts.ts'
import type { CanonicalPath, DeletedVault } from './grant.ts'

/** The target of an action, as far as the route names it. */
export interface Target {
  readonly vaultId?: string | undefined
  readonly path?: CanonicalPath | undefined
  readonly agentId?: string | undefined
  readonly secretId?: string | undefined
}

/** Look-ups by an id alone: the finder compares the organisation. */
export interface FinderDeps {
  /** Current facts of a vault; undefined if it does not exist. */
  readonly vaultFacts: (id: string) => VaultFacts | undefined | Promise<VaultFacts | undefined>
  /** A vault that is deleted but not yet purged; undefined if it does not exist. */
  readonly deletedVault: (id: string) => Promise<DeletedVault | undefined>
  /** Current facts of an agent; undefined if it does not exist. */
  readonly agentFacts: (id: string) => AgentFacts | undefined | Promise<AgentFacts | undefined>
  /** The place of a secret; undefined if it does not exist. */
  readonly secretPlace: (id: string) => Promise<SecretPlace | undefined>
}

/** The vault and path of a secret. */
export interface SecretPlace {
  readonly vaultId: string
  readonly path: string
}

/** Looks up the target of an action. Targets of another organisation count as unknown. */
export interface Finder {
  vault(actor: Actor, target: Target): Promise<VaultFacts>
  deletedVault(actor: Actor, target: Target): Promise<DeletedVault>
  agent(actor: Actor, target: Target): Promise<AgentFacts>
  secret(actor: Actor, target: Target): Promise<{ readonly id: string; readonly vault: VaultFacts; readonly path: CanonicalPath }>
}

/** Creates look-ups for one actor. They throw Problem `resource.unknown` for objects that are not in its organisation. */
export function finder({ vaultFacts, deletedVault: findDeleted, agentFacts, secretPlace }: FinderDeps): Finder {
  return {
    async vault(actor, { vaultId }) {
      const facts = vaultId === undefined ? undefined : await vaultFacts(vaultId)
      if (!facts || facts.orgId !== actor.orgId) throw new Problem('resource.unknown', 'There is no vault with this id.')
      return facts
    },
    async deletedVault(actor, { vaultId }) {
      const found = vaultId === undefined ? undefined : await findDeleted(vaultId)
      if (!found || found.orgId !== actor.orgId) throw new Problem('resource.unknown', 'There is no deleted vault with this id.')
      return found
    },
    async agent(actor, { agentId }) {
      const facts = agentId === undefined ? undefined : await agentFacts(agentId)
      if (!facts || facts.orgId !== actor.orgId) throw new Problem('resource.unknown', 'There is no agent with this id.')
      return facts
    },
    async secret(actor, { secretId: id = '' }) {
      const place = await secretPlace(id)
      const facts = place && (await vaultFacts(place.vaultId))
      if (!facts || facts.orgId !== actor.orgId) throw new Problem('resource.unknown', 'There is no secret with this id.')
      return { id, vault: facts, path: place.path as CanonicalPath }
    },
  }
}
