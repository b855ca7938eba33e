import { Badge } from '../../ui/data/badge.tsx'
import { type Agent, type Standing, standingOf } from './agent.ts'
import { unlimited } from './form/guardrails.ts'

const STANDINGS: Readonly<Record<Standing, { tone: 'good' | 'warn' | 'bad' | 'plain'; text: string }>> = {
  active: { tone: 'good', text: 'active' },
  expiring: { tone: 'warn', text: 'expires soon' },
  expired: { tone: 'bad', text: 'expired' },
  inactive: { tone: 'plain', text: 'inactive' },
}

/** What is to be known of an agent at a glance. */
export function StandingBadges({ agent, now }: { agent: Agent; now: Date }) {
  const { tone, text } = STANDINGS[standingOf(agent, now)]
  const free = unlimited(agent).length > 0
  return (
    <span className="badges">
      <Badge tone={tone}>{text}</Badge>
      {agent.intents_api_enabled && <Badge tone={free ? 'bad' : 'plain'}>{free ? 'intents, unlimited' : 'intents'}</Badge>}
    </span>
  )
}
