import type { Contract } from '../../../../../src/contract/all.ts'
import type { Agent } from '../agent.ts'

type Chain = Contract['chains.list']['reply']['chains'][number]

export interface ChainChoice {
  /** The agent's name for it, now or in future. */
  readonly identifier: string
  readonly label: string
}

/**
 * The chains that an agent can be limited to: those of the server, mainnets first, and any others that it is limited to already. One that
 * the agent names by its number keeps that name.
 */
export function chainChoices(chains: readonly Chain[], agent: Agent | undefined): ChainChoice[] {
  const held = agent?.tx_allowed_chains ?? []
  const named = chains.toSorted(order).map(({ name, display_name, chain_id }): ChainChoice => {
    const identifier = held.find(each => each === name || each === String(chain_id)) ?? name
    return { identifier, label: `${display_name} (${chain_id})` }
  })
  const unknown = held.filter(each => !named.some(({ identifier }) => identifier === each))
  return [...named, ...unknown.map(identifier => ({ identifier, label: identifier }))]
}

function order(one: Chain, other: Chain): number {
  return Number(one.is_testnet) - Number(other.is_testnet) || one.display_name.localeCompare(other.display_name)
}
