import { useState } from 'react'
import type { Client } from '../../../../../src/client/client.ts'
import { explain, problemOf } from '../../../failure.ts'
import { Badge } from '../../../ui/data/badge.tsx'
import { useAction } from '../../../ui/data/use-action.ts'
import { Alert } from '../../../ui/form/alert.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { stoppedBy } from '../../intents/stopped-by.ts'
import type { Simulation } from '../../intents/transaction.ts'
import type { Limits } from './limits.ts'
import type { Registered, SigningKey } from './registration.ts'
import { StepPanel } from './steps.tsx'
import { type Trial, trialsOf } from './trials.ts'

interface TryItProps {
  signingKey: SigningKey
  registered: Registered
  limits: Limits
  onBack(): void
  onNext(): void
}

/** The result of a simulation, or why there is none. */
type Outcome = Simulation | { readonly failed: string }

/** The third step: three simulations that show what the limits stop before the agent has its key. */
export function TryIt({ signingKey, registered, limits, onBack, onNext }: TryItProps) {
  const { chain, address } = signingKey
  const trials = trialsOf(limits, address)
  const [outcomes, show] = useState<readonly Outcome[] | null>(null)
  const action = useAction(async client => {
    show(await Promise.all(trials.map(trial => simulated(client, registered.agent.id, chain.name, trial))))
  })
  return (
    <StepPanel at="try">
      <p className="quiet">Three transactions are simulated as if the agent asked for them now. Nothing is signed or sent.</p>
      <Alert>{action.failure}</Alert>
      <ul className="trials" aria-live="polite" aria-busy={action.busy}>
        {trials.map((trial, index) => (
          <li key={trial.title} className="trial">
            <h3>{trial.title}</h3>
            <p>
              {trial.value} {chain.native_currency} to <code>{trial.to}</code>
            </p>
            {outcomes?.[index] && <Told trial={trial} outcome={outcomes[index]} />}
          </li>
        ))}
      </ul>
      <div className="actions">
        <Button onClick={onBack}>Edit limits</Button>
        <Button kind={outcomes ? 'plain' : 'primary'} busy={action.busy} onClick={() => void action.run()}>
          {outcomes ? 'Simulate again' : 'Simulate'}
        </Button>
        {outcomes && (
          <Button kind="primary" onClick={onNext}>
            Show the key
          </Button>
        )}
      </div>
    </StepPanel>
  )
}

function Told({ trial: { against }, outcome }: { trial: Trial; outcome: Outcome }) {
  if ('failed' in outcome) return <p className="alert">{outcome.failed}</p>
  const { guardrails, status, error_human_readable: error = '' } = outcome
  if (!guardrails.allowed) {
    const { guardrail, sentence } = stoppedBy(guardrails.reason ?? '')
    return (
      <>
        <p>
          <Badge tone={against ? 'good' : 'bad'}>Denied</Badge> by <strong>{guardrail}</strong>
        </p>
        <p className="quiet">{sentence}</p>
      </>
    )
  }
  return (
    <>
      <p>
        <Badge tone={against ? 'warn' : 'good'}>Allowed</Badge> {against ? 'No guardrail blocks it.' : 'The guardrails allow it.'}
      </p>
      <p className="quiet">
        {status === 'success' ? 'It would succeed on the chain.' : `On the chain it would fail now. ${error}`}
      </p>
    </>
  )
}

async function simulated(client: Client, agentId: string, chain: string, { to, value }: Trial): Promise<Outcome> {
  try {
    return await client.call('intents.simulate', { params: { agent_id: agentId }, body: { chain, to, value } })
  } catch (thrown) {
    const problem = problemOf(thrown)
    if (problem.status === 401) throw problem
    return { failed: explain(problem) }
  }
}
