import { type FormEvent, useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { Button } from '../../ui/form/button.tsx'
import { Field } from '../../ui/form/field.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'
import { type Directory, useDirectory } from '../../ui/people/names.tsx'

type Query = NonNullable<Contract['audit.events']['query']>

/** What the log is narrowed down by, as the address and the API call it. */
export const FILTERS = [
  'action',
  'actor_type',
  'actor_id',
  'resource_id',
  'vault_id',
  'from',
  'to',
] as const satisfies readonly (keyof Query)[]

export type Filter = Pick<Query, (typeof FILTERS)[number]>

/** The filter that an address says. */
export function filterIn(query: URLSearchParams): Filter {
  return Object.fromEntries(FILTERS.flatMap(name => (query.get(name) ? [[name, query.get(name)]] : [])))
}

interface FilterFormProps {
  /** What holds now. */
  filter: Filter
  onSearch(filter: Filter): void
}

/** Narrows down which events are shown. */
export function FilterForm({ filter, onSearch }: FilterFormProps) {
  const [cleared, setCleared] = useState(0)
  const clear = () => {
    setCleared(cleared + 1)
    onSearch({})
  }
  const directory = useDirectory()
  const names = namesIn(directory)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    onSearch(filterOf(name => String(data.get(name) ?? '').trim(), names))
  }
  const [wide] = useState(() => matchMedia('(min-width: 48rem)').matches)
  return (
    <details className="filters" open={wide}>
      <summary>Filter</summary>
      <form key={cleared} className="form-row" onSubmit={submit} onReset={clear} aria-label="Filter the events">
        <Field
          label="Action"
          name="action"
          defaultValue={filter.action}
          autoComplete="off"
          spellCheck={false}
          maxLength={64}
          placeholder="secret.read"
          list="actions"
        />
        <datalist id="actions">
          {COMMON.map(action => (
            <option key={action} value={action} />
          ))}
        </datalist>
        <SelectField label="By" name="actor_type" defaultValue={filter.actor_type}>
          <option value="">Anybody</option>
          {ACTORS.map(([type, title]) => (
            <option key={type} value={type}>
              {title}
            </option>
          ))}
        </SelectField>
        <Field
          label="Who"
          name="actor"
          defaultValue={filter.actor_id}
          autoComplete="off"
          spellCheck={false}
          maxLength={254}
          placeholder="Name or id"
          list="actors"
        />
        <datalist id="actors">
          {[...names].map(([id, name]) => (
            <option key={id} value={name} />
          ))}
        </datalist>
        <Field
          label="Secret path or id"
          name="resource"
          defaultValue={filter.resource_id}
          autoComplete="off"
          spellCheck={false}
          maxLength={600}
          placeholder="prod/db"
        />
        <SelectField label="Vault" name="vault_id" defaultValue={filter.vault_id}>
          <option value="">Any vault</option>
          {directory.vaults.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <Field label="From" name="from" type="datetime-local" autoComplete="off" defaultValue={localOf(filter.from)} />
        <Field label="To" name="to" type="datetime-local" autoComplete="off" defaultValue={localOf(filter.to)} />
        <div className="actions">
          <Button kind="primary" type="submit">
            Apply
          </Button>
          <Button type="reset">Clear</Button>
        </div>
      </form>
    </details>
  )
}

const ACTORS = [
  ['user', 'People'],
  ['agent', 'Agents'],
  ['anonymous', 'Anonymous'],
  ['system', 'The server'],
] as const

const COMMON = [
  'secret.read',
  'secret.write',
  'secret.delete',
  'auth.success',
  'auth.failure',
  'policy.create',
  'policy.delete',
  'agent.register',
  'share.create',
  'org.invite',
]

/** What people and agents are called, by their ids. */
type Names = ReadonlyMap<string, string>

function namesIn({ members, agents }: Directory): Names {
  return new Map([
    ...members.map(({ id, email, display_name }) => [id, display_name ?? email] as const),
    ...agents.map(({ id, name }) => [id, name] as const),
  ])
}

function filterOf(entry: (name: string) => string, names: Names): Filter {
  const who = entry('actor')
  const [named] = [...names].find(([, name]) => name.toLowerCase() === who.toLowerCase()) ?? []
  const instant = (name: string) => (entry(name) ? new Date(entry(name)).toISOString() : undefined)
  const all: Filter = {
    action: entry('action') || undefined,
    actor_type: ACTORS.find(([type]) => type === entry('actor_type'))?.[0],
    actor_id: named ?? (who || undefined),
    resource_id: entry('resource') || undefined,
    vault_id: entry('vault_id') || undefined,
    from: instant('from'),
    to: instant('to'),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** An instant as the reader's own clock shows it, in the form that an entry of date and time takes. */
function localOf(instant: string | undefined): string | undefined {
  const at = Date.parse(instant ?? '')
  if (Number.isNaN(at)) return undefined
  return new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
