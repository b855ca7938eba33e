import { Problem } from '../../src/problem.ts'
import type { Actor } from './actor.ts'
import type { AgentFacts, VaultFacts } from './facts.ts'
import type { CanonicalPath, DeletedVault } from './grant.ts'

/** What an action is aimed at, as far as the route names it. */
export interface Target {
  readonly vaultId?: string
  readonly path?: CanonicalPath
  readonly agentId?: string
  readonly secretId?: string
}

/** Look-ups by an id alone: the finder compares the organisation. */
export interface FinderDeps {
  /** Live facts of a vault; undefined when there is none. */
  readonly vaultFacts: (id: string) => VaultFacts | undefined | Promise<VaultFacts | undefined>
  /** A vault that is deleted and not purged yet; undefined when there is none. */
  readonly deletedVault: (id: string) => Promise<DeletedVault | undefined>
  /** Live facts of an agent; undefined when there is none. */
  readonly agentFacts: (id: string) => AgentFacts | undefined | Promise<AgentFacts | undefined>
  /** Where a secret lies; undefined when there is none. */
  readonly secretPlace: (id: string) => Promise<SecretPlace | undefined>
}

/** The vault and path of a secret. */
export interface SecretPlace {
  readonly vaultId: string
  readonly path: string
}

/** What an action is aimed at, looked up when a rule asks for it. What belongs to another organisation is answered like what never was. */
export interface Found {
  readonly vault: () => Promise<VaultFacts>
  readonly deletedVault: () => Promise<DeletedVault>
  readonly agent: () => Promise<AgentFacts>
  readonly secret: () => Promise<{ readonly id: string; readonly vault: VaultFacts; readonly path: CanonicalPath }>
}

/** Makes look-ups for one actor. Each throws Problem `resource.unknown` for what its organisation does not have. */
export function finder({ vaultFacts, deletedVault: findDeleted, agentFacts, secretPlace }: FinderDeps) {
  return (actor: Actor, target: Target): Found => {
    const vault = async () => {
      const facts = target.vaultId === undefined ? undefined : await vaultFacts(target.vaultId)
      if (!facts || facts.orgId !== actor.orgId) throw new Problem('resource.unknown', 'There is no vault with this id.')
      return facts
    }
    const deletedVault = async () => {
      const found = target.vaultId === undefined ? undefined : await findDeleted(target.vaultId)
      if (!found || found.orgId !== actor.orgId) throw new Problem('resource.unknown', 'There is no deleted vault with this id.')
      return found
    }
    const agent = async () => {
      const facts = target.agentId === undefined ? undefined : await agentFacts(target.agentId)
      if (!facts || facts.orgId !== actor.orgId) throw new Problem('resource.unknown', 'There is no agent with this id.')
      return facts
    }
    const secret = async () => {
      const id = target.secretId ?? ''
      const place = await secretPlace(id)
      const facts = place && (await vaultFacts(place.vaultId))
      if (!facts || facts.orgId !== actor.orgId) throw new Problem('resource.unknown', 'There is no secret with this id.')
      return { id, vault: facts, path: place.path as CanonicalPath }
    }
    return { vault, deletedVault, agent, secret }
  }
}
