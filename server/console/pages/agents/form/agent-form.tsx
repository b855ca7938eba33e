import { type ReactNode, type RefObject, useState } from 'react'
import type { Problem } from '../../../../../src/problem.ts'
import type { Vault } from '../../../ui/access/grant-fields.tsx'
import { useSignedInForm } from '../../../ui/data/use-signed-in-form.ts'
import { Alert } from '../../../ui/form/alert.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { dayOf } from '../../../ui/form/date.ts'
import { Field } from '../../../ui/form/field.tsx'
import { FieldGroup } from '../../../ui/form/field-group.tsx'
import { type Entries, type Failure, refusal } from '../../../ui/form/submission.ts'
import { navigate } from '../../../ui/location.ts'
import { type Agent, type AuthMethod, ONLY_ITS_PEOPLE } from '../agent.ts'
import { CeilingFields } from './ceiling-fields.tsx'
import type { ChainChoice } from './chain-choices.ts'
import { faultsIn, fieldsIn } from './entries.ts'
import { type AgentFields, FIELD_NAMES, fieldsOf, NO_FIELDS } from './fields.ts'
import { GuardrailFields } from './guardrail-fields.tsx'
import { MessageFields } from './message-fields.tsx'
import { SignInFields } from './sign-in-fields.tsx'

interface AgentFormProps {
  /** The agent to change; absent for a new one. */
  agent?: Agent
  vaults: readonly Vault[]
  chains: readonly ChainChoice[]
  /** The verb on the button. */
  verb: string
  /** The target of Cancel. */
  back: string
  /** More entries, for a new agent. */
  more?: (faults: Failure['fields']) => ReactNode
  moreFaults?: (entry: Entries) => Record<string, string>
  /** Throws the `Problem` of a refusal. */
  onSend(fields: AgentFields, method: AuthMethod, entry: Entries): Promise<void>
}

/** All settings of an agent. */
export function AgentForm({ agent, vaults, chains, verb, back, more, moreFaults, onSend }: AgentFormProps) {
  const choices = { vaults: vaultChoices(vaults, agent), chains }
  const [method, setMethod] = useState<AuthMethod>(agent?.auth_method ?? 'api_key')
  const form = useSignedInForm({
    fields: FIELD_NAMES,
    check: entry => faults({ ...faultsIn(entry, method, new Date(), agent), ...moreFaults?.(entry) }),
    failureOf: (problem: Problem) => refusal(problem, FIELD_NAMES, agent && ONLY_ITS_PEOPLE),
    send: (_, entry) => onSend(fieldsIn(entry, choices, agent), method, entry),
  })
  const [fields, setFields] = useState(agent ? fieldsOf(agent) : NO_FIELDS)
  const wrong = form.failure?.fields
  return (
    <form
      ref={form.ref}
      className="long-form"
      onSubmit={form.onSubmit}
      onInput={() => setFields(fieldsIn(entriesOf(form.ref), choices, agent))}
      noValidate
    >
      <FieldGroup legend="Details">
        <Field
          label="Name"
          name="name"
          autoComplete="off"
          maxLength={255}
          required
          defaultValue={agent?.name}
          error={wrong?.['name']}
        />
        <Field
          label="Description (optional)"
          name="description"
          autoComplete="off"
          maxLength={2_000}
          defaultValue={agent?.description}
          error={wrong?.['description']}
        />
        <Field
          label="Expires (optional)"
          name="expires_at"
          type="date"
          autoComplete="off"
          defaultValue={dayOf(agent?.expires_at)}
          hint="The agent cannot sign in after this time."
          error={wrong?.['expires_at']}
        />
      </FieldGroup>
      <SignInFields agent={agent} method={method} faults={wrong} onMethod={setMethod} />
      {more?.(wrong)}
      <CeilingFields agent={agent} vaults={choices.vaults} faults={wrong} />
      <GuardrailFields agent={agent} chains={chains} fields={fields} faults={wrong} />
      <MessageFields agent={agent} fields={fields} faults={wrong} />
      <Alert>{form.failure?.message ?? (wrong && 'Some fields need your attention. See the messages next to them.')}</Alert>
      <div className="decision">
        <Button onClick={() => navigate(back)}>Cancel</Button>
        <Button kind="primary" type="submit" busy={form.busy}>
          {verb}
        </Button>
      </div>
    </form>
  )
}

/** The vaults that an agent can be confined to: the visible ones, and those it is already confined to. */
function vaultChoices(vaults: readonly Vault[], agent: Agent | undefined): readonly Pick<Vault, 'id' | 'name'>[] {
  const unseen = agent?.vault_ids?.filter(id => !vaults.some(vault => vault.id === id)) ?? []
  return [...vaults, ...unseen.map(id => ({ id, name: `A vault you do not see (${id.slice(0, 8)})` }))]
}

function faults(fields: Record<string, string>): Failure | null {
  return Object.keys(fields).length > 0 ? { fields } : null
}

function entriesOf(ref: RefObject<HTMLFormElement | null>): Entries {
  const data = ref.current ? new FormData(ref.current) : new FormData()
  return name => String(data.get(name) ?? '')
}
