/** The part of the server's state that a fleet's file can describe. */
import type { Client } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import type { Policy } from '../output/views/resources.ts'
import type { DesiredAgent, DesiredState } from './desired-state.ts'
import type { FleetDocument } from './document.ts'
import { faultsOf } from './faults.ts'
import type { Agent } from './fields.ts'
import { inParallel } from './in-parallel.ts'

export interface ActualState {
  readonly agents: readonly Agent[]
  /** By name and by id. */
  readonly vaultIds: ReadonlyMap<string, string>
  readonly vaultNames: ReadonlyMap<string, string>
  /** Policies of agents in every vault that was read. */
  readonly policies: readonly Policy[]
  /** Vaults whose policies this caller cannot see. */
  readonly hidden: readonly string[]
}

/** The number of concurrent requests: enough for hundreds of agents in seconds, and far below one caller's limit. */
export const WIDTH = 8

/**
 * Policies are read in all vaults if the file mentions any: even those in other vaults must be known.
 * @throws Problem `config.invalid` for missing vaults, by line of the file
 */
export async function actualStateOf(client: Client, document: FleetDocument, wanted: DesiredState): Promise<ActualState> {
  const [{ agents }, { vaults }] = await Promise.all([client.call('agents.list'), client.call('vaults.list')])
  const vaultIds = new Map(vaults.flatMap(({ id, name }) => [[name, id] as const, [id, id] as const]))
  const vaultNames = new Map(vaults.map(({ id, name }) => [id, name]))
  refuseUnknownVaults(document, wanted.agents, vaultIds)
  const named = new Set(wanted.agents.flatMap(agent => agent.policies?.map(({ vault }) => vaultIds.get(vault) ?? '') ?? []))
  const looked = wanted.agents.some(({ policies }) => policies) ? [...vaultNames.keys()] : []
  const seen = await inParallel(looked, WIDTH, id => policiesOf(client, id, named.has(id)))
  return {
    agents,
    vaultIds,
    vaultNames,
    policies: seen.flatMap(policies => policies ?? []).filter(policy => policy.principal_type === 'agent'),
    hidden: looked.filter((_, index) => seen[index] === undefined).map(id => vaultNames.get(id) ?? id),
  }
}

async function policiesOf(client: Client, vault_id: string, needed: boolean): Promise<readonly Policy[] | undefined> {
  try {
    return (await client.call('policies.list', { params: { vault_id } })).policies
  } catch (error) {
    if (!needed && error instanceof Problem && error.code === 'policy.denied') return undefined
    throw error
  }
}

function refuseUnknownVaults(document: FleetDocument, agents: readonly DesiredAgent[], known: ReadonlyMap<string, string>): void {
  const faults = faultsOf(document)
  const unknown = 'is not a vault that you can use'
  for (const { fields, policies = [], path } of agents) {
    for (const [index, vault] of (fields.vault_ids ?? []).entries()) {
      if (!known.has(vault)) faults.add([...path, 'vaults', index], unknown)
    }
    for (const policy of policies) if (!known.has(policy.vault)) faults.add([...policy.path, 'vault'], unknown)
  }
  faults.check()
}
