import { Badge } from '../../ui/data/badge.tsx'
import { type Agent, type Status, statusOf } from './agent.ts'
import { GUARDRAILS, unlimited } from './form/guardrails.ts'

const STATUSES: Readonly<Record<Status, { tone: 'good' | 'warn' | 'bad' | 'plain'; text: string }>> = {
  active: { tone: 'good', text: 'active' },
  expiring: { tone: 'warn', text: 'expires soon' },
  expired: { tone: 'bad', text: 'expired' },
  inactive: { tone: 'plain', text: 'paused' },
}

/** The state of an agent at a glance. */
export function StatusBadges({ agent, now }: { agent: Agent; now: Date }) {
  const { tone, text } = STATUSES[statusOf(agent, now)]
  return (
    <span className="badges">
      <Badge tone={tone}>{text}</Badge>
      {agent.intents_api_enabled && <Signing agent={agent} />}
    </span>
  )
}

/** The missing limits, by name: people would learn to overlook one alarm about all of them. */
function Signing({ agent }: { agent: Agent }) {
  const missing = unlimited(agent)
  if (missing.length === 0) return <Badge>signs</Badge>
  return missing.length === GUARDRAILS ? (
    <Badge tone="bad">signs without limits</Badge>
  ) : (
    <Badge tone="warn">{`signs ${missing.join(', ')}`}</Badge>
  )
}
