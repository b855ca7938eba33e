import { Problem } from '../../../src/problem.ts'
import { isOrgAdmin } from '../../policy/caller.ts'
import { denied } from '../../policy/denial.ts'
import { grantEvent, type NewEvent } from '../../policy/event.ts'
import type { Action, Grant } from '../../policy/grant.ts'
import type { AgentRow } from '../../stores/agents.ts'

/** An agent is managed by its creator, owners and admins. */
export function manageable({ actor }: Grant<Action>, row: AgentRow | undefined): AgentRow {
  if (!row) throw unknownAgent()
  if (!isOrgAdmin(actor) && row.created_by !== actor.id) throw denied('owner-admin-or-creator')
  return row
}

export function agentEvent(grant: Grant<Action>, action: string, id: string, details: Record<string, string> = {}): NewEvent {
  return grantEvent(grant, action, { resourceType: 'agent', resourceId: id, details })
}

export function unknownAgent(): Problem {
  return new Problem('resource.unknown', 'There is no agent with this id.')
}

/** @throws Problem `request.invalid` for an agent that does not sign in with a key. */
export function ensureHasKey({ auth_method: method }: AgentRow): void {
  if (method !== 'api_key') throw new Problem('request.invalid', `This agent signs in by ${method} and has no key.`)
}
