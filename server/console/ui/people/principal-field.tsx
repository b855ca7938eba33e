import { useSignedIn } from '../../session/signed-in.tsx'
import { SelectField } from '../form/select-field.tsx'
import { useDirectory } from './names.tsx'

interface PrincipalFieldProps {
  label: string
  name: string
  /** Which of them can be chosen; all when absent. */
  only?: 'user' | 'agent'
  error?: string | undefined
  onChange?: (chosen: string) => void
}

/** A choice of one member or agent of the organisation; its value is `user:<uuid>` or `agent:<uuid>`. */
export function PrincipalField({ label, name, only, error, onChange }: PrincipalFieldProps) {
  const { members, agents } = useDirectory()
  const { account } = useSignedIn()
  return (
    <SelectField label={label} name={name} error={error} defaultValue="" onChange={event => onChange?.(event.target.value)}>
      <option value="">Choose…</option>
      {only !== 'user' && agents.length > 0 && (
        <optgroup label="Agents">
          {agents.map(agent => (
            <option key={agent.id} value={`agent:${agent.id}`}>
              {agent.name}
              {agents.some(({ id, name }) => id !== agent.id && name === agent.name) && ` (${agent.id.slice(0, 8)})`}
              {agent.is_active ? '' : ' (paused)'}
            </option>
          ))}
        </optgroup>
      )}
      {only !== 'agent' && (
        <optgroup label="People">
          {members.map(member => (
            <option key={member.id} value={`user:${member.id}`}>
              {member.email}
              {member.id === account.id ? ' (you)' : ''}
            </option>
          ))}
        </optgroup>
      )}
    </SelectField>
  )
}
