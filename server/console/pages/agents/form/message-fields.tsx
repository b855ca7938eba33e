import { Check } from '../../../ui/form/check.tsx'
import { EXACT } from '../../../ui/form/exact.ts'
import { FieldGroup } from '../../../ui/form/field-group.tsx'
import { SelectField } from '../../../ui/form/select-field.tsx'
import type { Failure } from '../../../ui/form/submission.ts'
import { TextArea } from '../../../ui/form/text-area.tsx'
import type { Agent } from '../agent.ts'
import type { AgentFields } from './fields.ts'

interface MessageFieldsProps {
  agent?: Agent | undefined
  /** The current content of the form. */
  fields: AgentFields
  faults: Failure['fields'] | undefined
}

/**
 * Whether an agent that signs transactions also signs messages, and which. The entries stay in the form while it does not, so that they are
 * not lost.
 */
export function MessageFields({ agent, fields, faults }: MessageFieldsProps) {
  return (
    <FieldGroup legend="Messages" hidden={!fields.intents_api_enabled}>
      <Check
        label="Can have messages and typed data signed"
        name="message_signing_enabled"
        checked={agent?.message_signing_enabled}
        hint="For signing in to sites and paying by signature. The transaction limits also apply to typed data that moves tokens."
      />
      <div className="entries" hidden={!fields.message_signing_enabled}>
        <TextArea
          label="Typed data of these domains"
          name="eip712_domain_allowlist"
          rows={3}
          {...EXACT}
          placeholder="USD Coin@0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"
          defaultValue={agent?.eip712_domain_allowlist?.join('\n')}
          hint="One a line: the name of a domain, better with @ and its contract."
          error={faults?.['eip712_domain_allowlist']}
        />
        <SelectField
          label="Typed data of other domains"
          name="eip712_default_policy"
          defaultValue={agent?.eip712_default_policy ?? 'block'}
          error={faults?.['eip712_default_policy']}
        >
          <option value="block">is refused</option>
          <option value="allow">is signed</option>
        </SelectField>
      </div>
      <Check
        label="Can have raw hashes signed"
        name="raw_signing_enabled"
        checked={agent?.raw_signing_enabled}
        hint="A hash can stand for any transaction, so this bypasses every limit."
      />
    </FieldGroup>
  )
}
