import type { Client } from '../../../../../src/client/client.ts'
import { Link } from '../../../ui/link.tsx'
import { DayBars } from '../../picture.tsx'
import { firstOf } from './activity.ts'

export interface Week {
  readonly total: number
  readonly denied: number
  readonly days: ReadonlyMap<string, number>
  readonly deniedDays: ReadonlyMap<string, number>
}

export interface Weeks {
  readonly from: string
  readonly of: ReadonlyMap<string, Week>
}

/** Agents with separate sums; others are shown without activity. */
const TOP = 500

/** All agents and, for people who see the log, the week of each. */
export async function listed(client: Client, seesLog: boolean) {
  const [{ agents }, weeks] = await Promise.all([
    client.call('agents.list', { query: { include: 'parties' } }),
    seesLog ? weeksOf(client) : undefined,
  ])
  return { agents, weeks }
}

/** The last seven days of every agent. */
export async function weeksOf(client: Client): Promise<Weeks> {
  const from = firstOf(7)
  const { sums } = await client.call('audit.summary', { query: { from, by: 'actor', actor_type: 'agent', top: TOP } })
  const groups = Map.groupBy(sums, ({ key }) => key.replace(/^agent:/, ''))
  const weeks = [...groups].map(([id, rows]): [string, Week] => [
    id,
    {
      total: rows.reduce((sum, { total }) => sum + total, 0),
      denied: rows.reduce((sum, { denied }) => sum + denied, 0),
      days: new Map(rows.map(({ day, total }) => [day, total])),
      deniedDays: new Map(rows.map(({ day, denied }) => [day, denied])),
    },
  ])
  return { from, of: new Map(weeks) }
}

export function WeekOf({ week, from }: { week: Week | undefined; from: string }) {
  if (!week) return <span className="quiet">0</span>
  return (
    <span className="with-icon">
      <DayBars label="Events in 7 days" from={from} counts={week.days} denied={week.deniedDays} /> {week.total.toLocaleString()}
    </span>
  )
}

export function DeniedOf({ id, week, from }: { id: string; week: Week | undefined; from: string }) {
  if (!week?.denied) return '0'
  return (
    <Link to={`/agents/${id}/log?outcome=denied&from=${from}T00:00:00.000Z`}>
      {week.denied.toLocaleString()}
      <span className="only-heard"> denied</span>
    </Link>
  )
}
