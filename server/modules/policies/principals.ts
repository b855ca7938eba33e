import type { Database } from '../../db/database.ts'
import type { AgentStore } from '../../stores/agents.ts'
import type { OrgStore } from '../../stores/orgs.ts'
import { type Asked, agentAsked, personAsked } from './decisions.ts'

/** The principal of a decision, with its name. */
export interface NamedPrincipal extends Asked {
  readonly name: string
}

/** All principals of an organisation: agents by name, then people by address. */
export function principalsOf(
  database: Database<{ orgs: OrgStore; agents: AgentStore }>,
  orgId: string,
  now: number,
): Promise<NamedPrincipal[]> {
  return database.read(async ({ orgs, agents }) => [
    ...(await agents.inOrg(orgId)).map(row => ({ ...agentAsked(row, now), name: row.name })).sort(byName),
    ...(await orgs.members(orgId)).map(({ id, email }) => ({ ...personAsked(id), name: email })).sort(byName),
  ])
}

function byName(one: NamedPrincipal, other: NamedPrincipal): number {
  return one.name === other.name ? (one.who.id < other.who.id ? -1 : 1) : one.name < other.name ? -1 : 1
}
