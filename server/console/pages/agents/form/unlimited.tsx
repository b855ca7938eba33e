import { type Guarded, unlimitedWarning } from './guardrails.ts'

/** Says in red which limits an agent that signs transactions does not have. Read out when that changes. */
export function Unlimited({ agent }: { agent: Guarded }) {
  const warning = unlimitedWarning(agent)
  return (
    <div className="alert-region" role="status">
      {warning && <p className="alert">{warning}</p>}
    </div>
  )
}
