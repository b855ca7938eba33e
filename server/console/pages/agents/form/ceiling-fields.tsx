import type { Vault } from '../../../ui/access/grant-fields.tsx'
import { Checks } from '../../../ui/form/checks.tsx'
import { EXACT } from '../../../ui/form/exact.ts'
import { FieldGroup } from '../../../ui/form/field-group.tsx'
import type { Failure } from '../../../ui/form/submission.ts'
import { TextArea } from '../../../ui/form/text-area.tsx'
import type { Agent } from '../agent.ts'
import { vaultBox } from './entries.ts'

interface CeilingFieldsProps {
  agent?: Agent | undefined
  vaults: readonly Pick<Vault, 'id' | 'name'>[]
  faults: Failure['fields'] | undefined
}

/** The limits of an agent's access, whatever its policies grant. */
export function CeilingFields({ agent, vaults, faults }: CeilingFieldsProps) {
  return (
    <FieldGroup
      legend="Hard limits"
      hint="Blocks everything outside these, even if a policy allows it. Leave empty for no extra limit."
    >
      {vaults.length > 0 && (
        <Checks
          legend="Limit to vaults"
          names={vaults.map(({ id }) => vaultBox(id))}
          labels={Object.fromEntries(vaults.map(({ id, name }) => [vaultBox(id), name]))}
          checked={agent?.vault_ids?.map(vaultBox)}
          error={faults?.['vault_ids']}
          many={vaults.length > 8}
        />
      )}
      <TextArea
        label="Limit to paths"
        name="scopes"
        {...EXACT}
        rows={3}
        maxLength={4_000}
        placeholder="prod/payments/**"
        defaultValue={agent?.scopes?.join('\n')}
        hint="One pattern a line: * is one segment, ** any number."
        error={faults?.['scopes']}
      />
    </FieldGroup>
  )
}
