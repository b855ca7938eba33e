import {
  agentMe,
  deactivateAgent,
  getAgent,
  listAgents,
  registerAgent,
  rotateAgentKey,
  updateAgent,
} from '../../../src/contract/agents.ts'
import type { Mount } from '../../http/mount.ts'
import { agentBody, profileBody } from './body.ts'
import type { Agents } from './service.ts'

export function agentRoutes(mount: Mount, agents: Agents): void {
  mount(registerAgent, async ({ grant, body }) => {
    const { row, apiKey } = await agents.register(grant, body)
    return { agent: agentBody(row), ...(apiKey !== undefined && { api_key: apiKey }) }
  })
  mount(listAgents, async ({ grant }) => ({ agents: (await agents.list(grant)).map(agentBody) }))
  mount(agentMe, async ({ actor }) => profileBody(await agents.me(actor.id)))
  mount(getAgent, async ({ grant, params }) => agentBody(await agents.get(grant, params.agent_id)))
  mount(updateAgent, async ({ grant, params, body }) => agentBody(await agents.update(grant, params.agent_id, body)))
  mount(deactivateAgent, async ({ grant, params }) => {
    await agents.deactivate(grant, params.agent_id)
    return undefined
  })
  mount(rotateAgentKey, async ({ grant, params }) => ({ api_key: await agents.rotateKey(grant, params.agent_id) }))
}
