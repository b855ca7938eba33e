import { type Guarded, unlimitedWarning } from './guardrails.ts'

/** Shows in red which limits an agent that signs transactions lacks. Announced when that changes. */
export function Unlimited({ agent }: { agent: Guarded }) {
  const warning = unlimitedWarning(agent)
  return (
    <div className="alert-region" role="status">
      {warning && <p className="alert">{warning}</p>}
    </div>
  )
}
