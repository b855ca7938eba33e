import { type Guarded, unlimitedWarning } from './guardrails.ts'

/** Shows in red which limits an agent that signs transactions lacks. Announced when that changes. `inFields`: next to their fields. */
export function Unlimited({ agent, inFields = false }: { agent: Guarded; inFields?: boolean }) {
  const warning = unlimitedWarning(agent, { inFields })
  return (
    <div className="alert-region" role="status">
      {warning && <p className="alert">{warning}</p>}
    </div>
  )
}
