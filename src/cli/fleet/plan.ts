/** Plans the changes of `agents apply`; it does not contact the server. */
import type { Input } from '../../client/client.ts'
import { fitsGlob } from '../input/glob.ts'
import type { ActualState } from './actual-state.ts'
import type { DesiredAgent, DesiredState } from './desired-state.ts'
import type { FleetDocument } from './document.ts'
import { type Faults, faultsOf } from './faults.ts'
import { type Agent, type AgentFields, type Difference, differencesOf } from './fields.ts'
import { type PolicyChange, policyChanges } from './policy-plan.ts'

/** All changes of one agent. */
export interface AgentChange {
  readonly action: 'create' | 'update' | 'deactivate'
  readonly name: string
  /** Absent for an agent that does not exist yet. */
  readonly id?: string
  /** The request body, except for `deactivate`; empty if only its policies change. */
  readonly body?: AgentFields & {
    readonly name?: string
    readonly is_active?: boolean
    readonly auth_method?: Agent['auth_method']
  }
  readonly differences: readonly Difference[]
  readonly policies: readonly PolicyChange[]
}

export interface Plan {
  readonly changes: readonly AgentChange[]
  /** Agents of the file that are up to date. */
  readonly unchanged: number
  /** Agents of the file that are deactivated, and remain so. */
  readonly inactive: readonly string[]
  /** Policies and agents that are not in the file, and are kept because `--prune` was not given. */
  readonly extra: { readonly policies: number; readonly agents: number }
}

/** @throws Problem `config.invalid` for impossible requests in the file */
export function planOf(document: FleetDocument, wanted: DesiredState, actual: ActualState, prune: boolean): Plan {
  const faults = faultsOf(document)
  const found = wanted.agents.map(agent => agentOf(agent, actual.agents, faults))
  faults.check()
  const kept = new Set(found.map(agent => agent?.id))
  const others = actual.agents.filter(({ id, name, is_active }) => {
    return is_active && !kept.has(id) && (wanted.match === undefined || fitsGlob(wanted.match, name))
  })
  const planned = wanted.agents.map((agent, index) => changeOf(agent, found[index], actual, prune))
  const changes = planned.flatMap(({ change }) => change ?? [])
  return {
    changes: [...changes, ...(prune ? others.map(goodbye) : [])],
    unchanged: planned.length - changes.length,
    inactive: wanted.agents.flatMap(({ name, active }, index) =>
      active === undefined && found[index]?.is_active === false ? [name] : [],
    ),
    extra: {
      policies: planned.reduce((sum, { extra }) => sum + extra, 0),
      agents: prune ? 0 : others.length,
    },
  }
}

function goodbye({ id, name }: Agent): AgentChange {
  return { action: 'deactivate', id, name, differences: [], policies: [] }
}

/** The agent that the file names: by its id, or else by its name, preferring an active one. */
function agentOf(wanted: DesiredAgent, agents: readonly Agent[], faults: Faults): Agent | undefined {
  const { id, name, path, authMethod } = wanted
  const named = agents.filter(agent => (id === undefined ? agent.name === name : agent.id === id))
  const active = named.filter(agent => agent.is_active)
  const [agent, twin] = active.length > 0 ? active : named
  if (id !== undefined && !agent) faults.add([...path, 'id'], 'is not an agent of this organisation')
  if (twin)
    faults.add(
      [...path, 'name'],
      `is the name of several agents; add the id of one: ${[agent, twin].map(one => one?.id).join(', ')}`,
    )
  if (agent && authMethod !== undefined && agent.auth_method !== authMethod) {
    faults.add([...path, 'auth_method'], `cannot be changed: it is ${agent.auth_method}`)
  }
  return agent
}

function changeOf(
  wanted: DesiredAgent,
  agent: Agent | undefined,
  actual: ActualState,
  prune: boolean,
): { change?: AgentChange; extra: number } {
  const fields = withVaultIds(wanted.fields, actual)
  const mine = agent ? actual.policies.filter(policy => policy.principal_id === agent.id) : []
  const { changes: policies, extra } = policyChanges(wanted.policies, mine, actual, prune)
  if (!agent) {
    if (wanted.active === false) return { extra }
    const method = wanted.authMethod && { auth_method: wanted.authMethod }
    const body = { name: wanted.name, ...method, ...fields }
    return {
      change: { action: 'create', name: wanted.name, body, differences: readable(newFields(fields), actual), policies },
      extra,
    }
  }
  const renamed = agent.name === wanted.name ? [] : [{ field: 'name', from: agent.name, to: wanted.name }]
  const { name, active = agent.is_active } = wanted
  const switched = agent.is_active === active ? [] : [{ field: 'is_active', from: agent.is_active, to: active }]
  const differences = [...renamed, ...switched, ...differencesOf(fields, agent)]
  if (differences.length === 0 && policies.length === 0) return { extra }
  const send = { ...fields, name, is_active: active }
  const body = Object.fromEntries(Object.entries(send).filter(([name]) => differences.some(({ field }) => field === name)))
  return {
    change: { action: 'update', name: agent.name, id: agent.id, body, differences: readable(differences, actual), policies },
    extra,
  }
}

/** Creation has no `null`: cleared fields are left out. */
function newFields(fields: AgentFields): Difference[] {
  return Object.entries(fields).flatMap(([field, to]) => (to === null ? [] : [{ field, to }]))
}

/** Vaults by name, as the file has them. */
function readable(differences: readonly Difference[], { vaultNames }: ActualState): Difference[] {
  const names = (ids: unknown) => (ids as string[]).map(id => vaultNames.get(id) ?? id)
  return differences.map(difference => {
    const { field, from, to } = difference
    if (field !== 'vault_ids') return difference
    return { field: 'vaults', ...(from !== undefined && { from: names(from) }), ...(to !== undefined && { to: names(to) }) }
  })
}

function withVaultIds({ vault_ids, ...fields }: AgentFields, { vaultIds }: ActualState): AgentFields {
  if (!vault_ids) return vault_ids === undefined ? fields : { ...fields, vault_ids }
  return { ...fields, vault_ids: vault_ids.map(vault => vaultIds.get(vault) ?? vault) }
}

/** The body of a registration. */
export function registration({ body = {}, name }: AgentChange): Input<'agents.register'>['body'] {
  const given = Object.entries(body).filter(([, value]) => value !== null)
  return { ...Object.fromEntries(given), name }
}

/** The planned changes, by sign. */
export function countsOf({ changes }: Plan): { create: number; change: number; remove: number } {
  const all = changes.flatMap(({ action, differences, policies }) => [
    ...(action === 'update' && differences.length === 0 ? [] : [action]),
    ...policies.map(policy => policy.action),
  ])
  const count = (...actions: string[]) => all.filter(action => actions.includes(action)).length
  return { create: count('create'), change: count('update'), remove: count('deactivate', 'delete') }
}
