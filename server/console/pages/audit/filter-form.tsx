import { type FormEvent, useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { Button } from '../../ui/form/button.tsx'
import { Field } from '../../ui/form/field.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'
import type { Names } from './use-names.ts'

export type Filter = Pick<
  NonNullable<Contract['audit.events']['query']>,
  'action' | 'actor_type' | 'actor_id' | 'resource_id' | 'from' | 'to'
>

interface FilterFormProps {
  names: Names
  onSearch(filter: Filter): void
}

/** Narrows down which events are shown. */
export function FilterForm({ names, onSearch }: FilterFormProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const data = new FormData(event.currentTarget)
    onSearch(filterOf(name => String(data.get(name) ?? '').trim(), names))
  }
  const [wide] = useState(() => matchMedia('(min-width: 48rem)').matches)
  return (
    <details className="filter" open={wide}>
      <summary>Filter</summary>
      <form className="form-row" onSubmit={submit} onReset={() => onSearch({})} aria-label="Filter the events">
        <Field
          label="Action"
          name="action"
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
        <SelectField label="By" name="actor_type">
          <option value="">Anybody</option>
          <option value="user">People</option>
          <option value="agent">Agents</option>
          <option value="anonymous">Nobody known</option>
          <option value="system">The server itself</option>
        </SelectField>
        <Field
          label="Who"
          name="actor"
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
          autoComplete="off"
          spellCheck={false}
          maxLength={600}
          placeholder="prod/db"
        />
        <Field label="From" name="from" type="datetime-local" autoComplete="off" />
        <Field label="To" name="to" type="datetime-local" autoComplete="off" />
        <div className="actions">
          <Button kind="primary" type="submit">
            Show
          </Button>
          <Button type="reset">Clear</Button>
        </div>
      </form>
    </details>
  )
}

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

function filterOf(entry: (name: string) => string, names: Names): Filter {
  const who = entry('actor')
  const [named] = [...names].find(([, name]) => name.toLowerCase() === who.toLowerCase()) ?? []
  const instant = (name: string) => (entry(name) ? new Date(entry(name)).toISOString() : undefined)
  const all: Filter = {
    action: entry('action') || undefined,
    actor_type: entry('actor_type') || undefined,
    actor_id: named ?? (who || undefined),
    resource_id: entry('resource') || undefined,
    from: instant('from'),
    to: instant('to'),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
