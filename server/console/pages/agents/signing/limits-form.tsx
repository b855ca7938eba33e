import { type ReactNode, useState } from 'react'
import { useSignedInForm } from '../../../ui/data/use-signed-in-form.ts'
import { Alert } from '../../../ui/form/alert.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { Check } from '../../../ui/form/check.tsx'
import { EXACT } from '../../../ui/form/exact.ts'
import { Field } from '../../../ui/form/field.tsx'
import { TextArea } from '../../../ui/form/text-area.tsx'
import { Unlimited } from '../form/unlimited.tsx'
import { type Free, freeBox, freeIn, type Limits, limitFaults, limitsIn } from './limits.ts'
import type { Registered, Registration, SigningKey } from './registration.ts'
import { StepPanel } from './steps.tsx'

interface LimitsFormProps {
  signingKey: SigningKey
  registration: Registration
  /** The earlier choice, when the person returns to change it. */
  before: Limits | undefined
  onBack(): void
  onDone(registered: Registered, limits: Limits): void
}

const FIELDS = ['tx_allowed_chains', 'tx_to_allowlist', 'tx_max_value_eth', 'tx_daily_limit_eth'] as const

/** The second step: the limits within which the agent signs. Each is prefilled; having none must be chosen. */
export function LimitsForm({ signingKey, registration, before, onBack, onDone }: LimitsFormProps) {
  const { chain } = signingKey
  const unit = chain.native_currency
  const limits = before ?? defaults(chain.name)
  const [free, choose] = useState(before ? freeIn(before) : [])
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: [...FIELDS, 'name'],
    check: entry => {
      const faults = limitFaults(entry)
      return Object.keys(faults).length > 0 ? { fields: faults } : null
    },
    send: async (client, entry) => {
      const chosen = limitsIn(entry, chain.name)
      onDone(await registration.register(client, signingKey, chosen), chosen)
    },
  })
  const fault = (name: Free) => failure?.fields?.[name]
  const limitOf = (limit: Free) => ({
    limit,
    isFree: free.includes(limit),
    onChoose: (isFree: boolean) => choose(isFree ? [...free, limit] : free.filter(each => each !== limit)),
  })
  return (
    <StepPanel at="limits">
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message ?? failure?.fields?.['name']}</Alert>
        <Unlimited agent={guarded(free)} />
        <Limit {...limitOf('tx_allowed_chains')} free="Any chain">
          <p>
            <strong>Chain</strong> · only {chain.display_name}
          </p>
        </Limit>
        <Limit {...limitOf('tx_to_allowlist')} free="Any address">
          <TextArea
            {...EXACT}
            label="Only to these addresses"
            name="tx_to_allowlist"
            rows={3}
            placeholder="0x…"
            defaultValue={limits.tx_to_allowlist.join('\n')}
            hint="One a line."
            error={fault('tx_to_allowlist')}
          />
        </Limit>
        <div className="form-row">
          <Limit {...limitOf('tx_max_value_eth')} free="No limit per transaction">
            <Field
              {...EXACT}
              label={`Max per transaction, in ${unit}`}
              name="tx_max_value_eth"
              inputMode="decimal"
              maxLength={80}
              defaultValue={limits.tx_max_value_eth ?? ''}
              hint="The value, without the fee."
              error={fault('tx_max_value_eth')}
            />
          </Limit>
          <Limit {...limitOf('tx_daily_limit_eth')} free="No limit for 24 hours">
            <Field
              {...EXACT}
              label={`Max in 24 hours, in ${unit}`}
              name="tx_daily_limit_eth"
              inputMode="decimal"
              maxLength={80}
              defaultValue={limits.tx_daily_limit_eth ?? ''}
              hint="Values and fees together."
              error={fault('tx_daily_limit_eth')}
            />
          </Limit>
        </div>
        <Check
          label="Deny unlimited token approvals"
          name="tx_block_unlimited_approvals"
          checked={limits.tx_block_unlimited_approvals}
          hint="An unlimited approval lets another contract take all tokens of a kind, at any time."
        />
        <div className="decision">
          <Button onClick={onBack}>Back</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {before ? 'Save the limits' : 'Register the agent'}
          </Button>
        </div>
      </form>
    </StepPanel>
  )
}

function defaults(chain: string): Limits {
  return {
    tx_allowed_chains: [chain],
    tx_to_allowlist: [],
    tx_max_value_eth: '0.1',
    tx_daily_limit_eth: '0.5',
    tx_block_unlimited_approvals: true,
  }
}

interface LimitProps {
  limit: Free
  /** The consequence of having no such limit. */
  free: string
  isFree: boolean
  onChoose(isFree: boolean): void
  children: ReactNode
}

/** A limit, and the choice to have none. The entered value is kept in the meantime. */
function Limit({ limit, free, isFree, onChoose, children }: LimitProps) {
  return (
    <div className="limit">
      <div hidden={isFree}>{children}</div>
      <Check label={free} name={freeBox(limit)} checked={isFree} onChange={onChoose} />
    </div>
  )
}

/** In the form that the warning expects: an empty entry is not a missing limit yet. */
function guarded(free: readonly Free[]) {
  const has = (limit: Free) => !free.includes(limit)
  return {
    intents_api_enabled: true,
    tx_allowed_chains: has('tx_allowed_chains') ? ['one'] : [],
    tx_to_allowlist: has('tx_to_allowlist') ? ['one'] : [],
    ...(has('tx_max_value_eth') && { tx_max_value_eth: '' }),
    ...(has('tx_daily_limit_eth') && { tx_daily_limit_eth: '' }),
  }
}
