import type { AuditEvent } from '../audit/trail.ts'
import type { Agent, Policy, SecretSummary, Vault } from '../output/views/resources.ts'
import type { Member } from '../people/members.ts'
import type { List, ListId, Principal, State } from './state.ts'

/** The name under which a list is stored. */
export function keyOf(list: ListId): string {
  return [list.of, 'vaultId' in list ? list.vaultId : '', 'path' in list ? list.path : ''].join(' ')
}

interface Items {
  readonly vaults: Vault
  readonly agents: Agent
  readonly members: Member
  readonly audit: AuditEvent
  readonly secrets: SecretSummary
  readonly versions: SecretSummary
  readonly policies: Policy
  readonly access: Principal
}

/** A list with the type for its name. */
export function listIn<Id extends ListId>(state: State, id: Id): List<Items[Id['of']]> | undefined {
  return state.lists[keyOf(id)] as List<Items[Id['of']]> | undefined
}
