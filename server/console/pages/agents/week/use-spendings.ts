import { useLoaded } from '../../../ui/data/use-loaded.ts'
import type { Agent } from '../agent.ts'
import { spendings } from './spending.ts'

/**
 * The spending of these agents, apart from their list, which does not wait for it. Undefined until it is there, if none of them signs
 * transactions, and if the server cannot sum it up in time.
 */
export function useSpendings(agents: readonly Agent[]) {
  const isAsked = agents.some(({ intents_api_enabled }) => intents_api_enabled)
  const { state, refresh } = useLoaded(async client => (isAsked ? spendings(client) : undefined), String(isAsked))
  return { spendings: state.at === 'loaded' ? state.value : undefined, refresh }
}
