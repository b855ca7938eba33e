import { EXACT } from '../../ui/form/exact.ts'
import { Field } from '../../ui/form/field.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'
import { type Agent, METHODS, statusOf } from './agent.ts'
import { unlimited } from './form/guardrails.ts'

export interface AgentFilter {
  readonly text: string
  readonly state: string
  readonly method: string
}

/** The filter in the address. */
export function filterOf(query: URLSearchParams): AgentFilter {
  return { text: query.get('q') ?? '', state: query.get('state') ?? '', method: query.get('method') ?? '' }
}

interface StateFilter {
  readonly label: string
  holds(agent: Agent, now: Date): boolean
}

const STATES = new Map<string, StateFilter>([
  ['active', { label: 'Active', holds: (agent, now) => ['active', 'expiring'].includes(statusOf(agent, now)) }],
  ['expiring', { label: 'Expires soon', holds: (agent, now) => statusOf(agent, now) === 'expiring' }],
  ['ended', { label: 'Paused or expired', holds: (agent, now) => ['inactive', 'expired'].includes(statusOf(agent, now)) }],
  ['intents', { label: 'Signs transactions', holds: agent => agent.intents_api_enabled }],
  ['unlimited', { label: 'Signs without a limit', holds: agent => unlimited(agent).length > 0 }],
])

/** The matching agents, in their order. Text is searched in the name, the description and the id. */
export function matching(agents: readonly Agent[], { text, state, method }: AgentFilter, now: Date): readonly Agent[] {
  const wanted = text.trim().toLowerCase()
  return agents.filter(
    agent =>
      (wanted === '' || `${agent.name}\n${agent.description ?? ''}\n${agent.id}`.toLowerCase().includes(wanted)) &&
      (STATES.get(state)?.holds(agent, now) ?? true) &&
      (method === '' || agent.auth_method === method),
  )
}

interface AgentFiltersProps {
  query: URLSearchParams
  onChange(entries: Readonly<Record<string, string>>): void
}

/** Narrows the list. */
export function AgentFilters({ query, onChange }: AgentFiltersProps) {
  const { text, state, method } = filterOf(query)
  return (
    <form className="form-row" onSubmit={event => event.preventDefault()}>
      <Field
        label="Name, description or id"
        name="q"
        type="search"
        {...EXACT}
        value={text}
        onChange={event => onChange({ q: event.currentTarget.value })}
      />
      <SelectField label="State" name="state" value={state} onChange={event => onChange({ state: event.currentTarget.value })}>
        <option value="">Any</option>
        {[...STATES].map(([name, { label }]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </SelectField>
      <SelectField
        label="Signs in by"
        name="method"
        value={method}
        onChange={event => onChange({ method: event.currentTarget.value })}
      >
        <option value="">Anything</option>
        {Object.entries(METHODS).map(([name, label]) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </SelectField>
    </form>
  )
}
