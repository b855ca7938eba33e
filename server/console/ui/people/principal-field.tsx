import { useMemo, useState } from 'react'
import { useSignedIn } from '../../session/signed-in.tsx'
import { ChoiceField } from '../form/choice-field.tsx'
import type { Choice } from '../form/searched-choice.tsx'
import { type Directory, useDirectory } from './names.tsx'

interface PrincipalFieldProps {
  label: string
  name: string
  /** The kind of principal that can be chosen; both if absent. */
  only?: 'user' | 'agent'
  error?: string | undefined
  onChange?: (chosen: string) => void
}

/** A field to choose a member or agent of the organisation; its value is `user:<uuid>` or `agent:<uuid>`. */
export function PrincipalField({ label, name, only, error, onChange }: PrincipalFieldProps) {
  const { members, agents } = useDirectory()
  const { account } = useSignedIn()
  const [value, setValue] = useState('')
  const choices = useMemo(
    () => [...(only === 'user' ? [] : agentChoices(agents)), ...(only === 'agent' ? [] : memberChoices(members, account.id))],
    [only, agents, members, account.id],
  )
  const choose = (chosen: string) => {
    setValue(chosen)
    onChange?.(chosen)
  }
  return <ChoiceField label={label} name={name} error={error} choices={choices} value={value} onChange={choose} isOpen />
}

function agentChoices(agents: Directory['agents']): Choice[] {
  const named = Map.groupBy(agents, ({ name }) => name)
  return agents.map(({ id, name, is_active }) => ({
    value: `agent:${id}`,
    label: `${name}${(named.get(name)?.length ?? 0) > 1 ? ` (${id.slice(0, 8)})` : ''}${is_active ? '' : ' (paused)'}`,
    group: 'Agents',
  }))
}

function memberChoices(members: Directory['members'], own: string): Choice[] {
  return members.map(({ id, email }) => ({
    value: `user:${id}`,
    label: `${email}${id === own ? ' (you)' : ''}`,
    group: 'People',
  }))
}
