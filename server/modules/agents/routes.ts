import {
  agentMe,
  deactivateAgent,
  getAgent,
  listAgents,
  registerAgent,
  rotateAgentKey,
  rotateIdentityKeys,
  updateAgent,
} from '../../../src/contract/agents.ts'
import { addAgentKey, listAgentKeys, revokeAgentKey } from '../../../src/contract/api-keys.ts'
import type { Mount } from '../../http/mount.ts'
import { pageOf } from '../../http/paging.ts'
import type { AgentRow } from '../../stores/agents.ts'
import { agentBody, profileBody } from './body.ts'
import type { AgentKeys } from './keys.ts'
import type { Agents } from './service.ts'

/** `spentToday` returns, by agent id, the sum of its transactions since midnight UTC. */
export function agentRoutes(
  mount: Mount,
  agents: Agents,
  keys: AgentKeys,
  spentToday: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>,
): void {
  const bodiesOf = async (rows: readonly AgentRow[]) => {
    const spent = await spentToday(rows.filter(row => row.intents_api_enabled).map(row => row.id))
    return rows.map(row => agentBody(row, spent.get(row.id)))
  }
  const bodyOf = async (row: AgentRow) => agentBody(row, (await spentToday(row.intents_api_enabled ? [row.id] : [])).get(row.id))

  mount(registerAgent, async ({ grant, body }) => {
    const { row, apiKey } = await agents.register(grant, body)
    return { agent: await bodyOf(row), ...(apiKey !== undefined && { api_key: apiKey }) }
  })
  mount(listAgents, async ({ grant, query }) => {
    const { items, ...next } = pageOf(await agents.list(grant), query, ({ id }) => id)
    return { agents: await bodiesOf(items), ...next }
  })
  mount(agentMe, async ({ actor }) => profileBody(await agents.me(actor)))
  mount(getAgent, async ({ grant, params }) => bodyOf(await agents.get(grant, params.agent_id)))
  mount(updateAgent, async ({ grant, params, body }) => bodyOf(await agents.update(grant, params.agent_id, body)))
  mount(deactivateAgent, async ({ grant, params }) => {
    await agents.deactivate(grant, params.agent_id)
    return undefined
  })
  mount(rotateIdentityKeys, async ({ grant, params }) => bodyOf(await agents.rotateIdentity(grant, params.agent_id)))
  mount(rotateAgentKey, async ({ grant, params }) => ({ api_key: await agents.rotateKey(grant, params.agent_id) }))
  mount(listAgentKeys, async ({ grant, params }) => ({ keys: await keys.list(grant, params.agent_id) }))
  mount(addAgentKey, ({ grant, params, body }) => keys.add(grant, params.agent_id, body))
  mount(revokeAgentKey, async ({ grant, params }) => {
    await keys.revokeOld(grant, params.agent_id)
    return undefined
  })
}
