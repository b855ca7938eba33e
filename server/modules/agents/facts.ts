import type { Database } from '../../db/database.ts'
import { liveCache } from '../../db/live-cache.ts'
import type { AgentFacts } from '../../policy/facts.ts'
import type { AgentStore } from '../../stores/agents.ts'

const MAX_CACHED = 10_000

/** The owner of an agent, cached until any change of the agent. */
export function agentFacts(database: Database<{ agents: AgentStore }>) {
  const cache = liveCache<string, AgentFacts | undefined>({
    database,
    topic: id => `agent:${id}`,
    max: MAX_CACHED,
    async load(id) {
      const row = await database.read(({ agents }) => agents.ofAnyOrg(id))
      return row && { id, orgId: row.org_id, createdBy: row.created_by }
    },
  })
  return (id: string) => cache.get(id)
}
