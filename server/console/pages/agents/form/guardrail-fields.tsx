import { Check } from '../../../ui/form/check.tsx'
import { Checks } from '../../../ui/form/checks.tsx'
import { EXACT } from '../../../ui/form/exact.ts'
import { Field } from '../../../ui/form/field.tsx'
import { FieldGroup } from '../../../ui/form/field-group.tsx'
import type { Failure } from '../../../ui/form/submission.ts'
import { TextArea } from '../../../ui/form/text-area.tsx'
import type { Agent } from '../agent.ts'
import type { ChainChoice } from './chain-choices.ts'
import { chainBox } from './entries.ts'
import type { AgentFields } from './fields.ts'
import { Unlimited } from './unlimited.tsx'

interface GuardrailFieldsProps {
  agent?: Agent | undefined
  chains: readonly ChainChoice[]
  /** The current content of the form. */
  fields: AgentFields
  faults: Failure['fields'] | undefined
}

/**
 * Whether an agent signs transactions, and within which limits. The limits stay in the form while it does not, so that they are not lost.
 */
export function GuardrailFields({ agent, chains, fields, faults }: GuardrailFieldsProps) {
  const { tx_max_value_eth: most, tx_daily_limit_eth: daily, intents_api_enabled: enabled, ...lists } = fields
  const guarded = {
    ...lists,
    intents_api_enabled: enabled,
    ...(most !== null && { tx_max_value_eth: most }),
    ...(daily !== null && { tx_daily_limit_eth: daily }),
  }
  return (
    <FieldGroup legend="Transactions">
      <Check
        label="Can request transaction signatures"
        name="intents_api_enabled"
        checked={agent?.intents_api_enabled}
        hint="The agent never sees the key: it cannot read secrets of the types private_key and ssh_key."
      />
      <Unlimited agent={guarded} inFields />
      <div className="entries" hidden={!enabled}>
        <Limits agent={agent} chains={chains} faults={faults} />
      </div>
    </FieldGroup>
  )
}

function Limits({ agent, chains, faults }: Pick<GuardrailFieldsProps, 'agent' | 'chains' | 'faults'>) {
  return (
    <>
      <Checks
        legend="Only on these chains"
        names={chains.map(({ identifier }) => chainBox(identifier))}
        labels={Object.fromEntries(chains.map(({ identifier, label }) => [chainBox(identifier), label]))}
        checked={agent?.tx_allowed_chains?.map(chainBox)}
        error={faults?.['tx_allowed_chains']}
        many
      />
      <TextArea
        {...EXACT}
        label="Only to these addresses"
        name="tx_to_allowlist"
        rows={3}
        placeholder="0x…"
        defaultValue={agent?.tx_to_allowlist?.join('\n')}
        hint="One a line."
        error={faults?.['tx_to_allowlist']}
      />
      <div className="form-row">
        <Field
          {...EXACT}
          label="Max per transaction"
          name="tx_max_value_eth"
          inputMode="decimal"
          maxLength={80}
          placeholder="0.1"
          defaultValue={agent?.tx_max_value_eth}
          hint="In the chain’s own unit."
          error={faults?.['tx_max_value_eth']}
        />
        <Field
          {...EXACT}
          label="Max in 24 hours"
          name="tx_daily_limit_eth"
          inputMode="decimal"
          maxLength={80}
          placeholder="1"
          defaultValue={agent?.tx_daily_limit_eth}
          hint="Values and fees together."
          error={faults?.['tx_daily_limit_eth']}
        />
      </div>
      <Check
        label="Deny unlimited token approvals"
        name="tx_block_unlimited_approvals"
        checked={agent ? agent.tx_block_unlimited_approvals : true}
        hint="An unlimited approval lets another contract take all tokens of a kind, at any time."
      />
      <Check
        label="Sign transactions for later nonces, too"
        name="tx_sign_any_nonce"
        checked={agent?.tx_sign_any_nonce}
        hint="For transactions that the agent sends itself. It could keep such signatures and use them later, even after it is no longer allowed to sign."
      />
    </>
  )
}
