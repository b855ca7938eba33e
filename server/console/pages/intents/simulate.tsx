import { useState } from 'react'
import { useSignedIn } from '../../session/signed-in.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { EXACT } from '../../ui/form/exact.ts'
import { Field } from '../../ui/form/field.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'
import { type Entries, type Failure, refusal, useForm } from '../../ui/form/submission.ts'
import { TextArea } from '../../ui/form/text-area.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { type Chain, currencyIn } from './chains.ts'
import { Simulated } from './simulated.tsx'
import type { Agent, Simulation } from './transaction.ts'

const FIELDS = ['chain', 'to', 'value', 'data', 'signing_key_path'] as const

/** Simulates a transaction of the agent and shows the result. Nothing is signed. */
export function Simulate({ agent, chains }: { agent: Agent; chains: readonly Chain[] }) {
  const { client, session } = useSignedIn()
  const [simulation, setSimulation] = useState<Simulation | null>(null)
  const { ref, busy, failure, onSubmit } = useForm({
    check,
    failureOf: problem => {
      setSimulation(null)
      if (problem.status === 401) session.expire()
      return refusal(problem, FIELDS)
    },
    send: async entry => {
      setSimulation(await client.call('intents.simulate', { params: { agent_id: agent.id }, body: bodyOf(entry) }))
    },
  })
  const fault = (name: (typeof FIELDS)[number]) => failure?.fields?.[name]
  return (
    <Panel title="Simulate a transaction">
      <p className="quiet">
        Simulates the transaction as if the agent sent it now. Nothing is signed, and nothing counts toward the limits.
      </p>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <SelectField label="Chain" name="chain" defaultValue={firstOf(agent, chains)} error={fault('chain')}>
          {chains.map(({ name, display_name, chain_id }) => (
            <option key={name} value={name}>{`${display_name} (${chain_id})`}</option>
          ))}
        </SelectField>
        <Field
          label="To"
          name="to"
          hint="An address. Leave it empty to create a contract from the data."
          {...EXACT}
          maxLength={64}
          error={fault('to')}
        />
        <Field
          label="Value"
          name="value"
          hint="In the chain’s own unit, like 0.25."
          defaultValue="0"
          inputMode="decimal"
          autoComplete="off"
          maxLength={97}
          error={fault('value')}
        />
        <TextArea label="Data (optional)" name="data" rows={3} {...EXACT} maxLength={262_146} error={fault('data')} />
        <Field
          label="Path of the signing key (optional)"
          name="signing_key_path"
          hint="keys/{chain}-signer where none is given."
          {...EXACT}
          maxLength={512}
          error={fault('signing_key_path')}
        />
        <Button kind="primary" type="submit" busy={busy}>
          Simulate
        </Button>
      </form>
      <div className="transaction-outcome" role="status">
        {simulation && <Simulated simulation={simulation} currency={currencyIn(chains)(simulation.chain)} />}
      </div>
    </Panel>
  )
}

function check(entry: Entries): Failure | null {
  const data = entry('data').trim()
  if (!entry('to').trim() && !data) return { fields: { to: 'Enter an address, or data to create a contract.' } }
  if (!entry('value').trim()) return { fields: { value: 'Enter an amount; 0 sends nothing.' } }
  return null
}

function bodyOf(entry: Entries) {
  const [data, path] = [entry('data').trim(), entry('signing_key_path').trim()]
  return {
    chain: entry('chain'),
    to: entry('to').trim() || null,
    value: entry('value').trim(),
    ...(data && { data }),
    ...(path && { signing_key_path: path }),
  }
}

/** A chain that the agent may sign for; the first one if it may sign for any. */
function firstOf({ tx_allowed_chains: allowed = [] }: Agent, chains: readonly Chain[]): string | undefined {
  const words = allowed.map(word => word.toLowerCase())
  const found = chains.find(({ name, chain_id }) => words.includes(name) || words.includes(String(chain_id)))
  return (found ?? chains[0])?.name
}
