import type { Contract } from '../../../../src/contract/all.ts'
import { ActivityChart, type Series } from '../../ui/chart/activity-chart.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { nameIn, useDirectory } from '../../ui/people/names.tsx'

type Summary = Contract['audit.summary']['reply']

interface ActivityProps {
  days?: 7 | 14 | 30
  /** Only what this one did; then the bars are told apart by outcome alone. */
  actorId?: string
}

/** Bars that are told apart by who acted; more would be colours nobody tells apart. */
const SHOWN = 5
const DENIED: Series = { key: 'denied', label: 'Denied or failed', kind: 'denied' }

/** How much was done of late, and how much of it was denied. */
export function Activity({ days = 14, actorId }: ActivityProps) {
  const summary = useLoaded(client =>
    client.call('audit.summary', {
      query: { from: daysAgo(days - 1), by: 'actor', ...(actorId !== undefined && { actor_id: actorId }) },
    }),
  )
  return (
    <LoadedView of={summary} what="the activity">
      {found => <Chart summary={found} days={days} actorId={actorId} />}
    </LoadedView>
  )
}

function Chart({ summary, days, actorId }: { summary: Summary; days: number; actorId: string | undefined }) {
  const directory = useDirectory()
  const ranked = Object.entries(Object.groupBy(summary.sums, ({ key }) => key))
    .map(([key, rows = []]) => ({ key, total: rows.reduce((sum, { total }) => sum + total, 0) }))
    .sort((one, other) => other.total - one.total)
  const shown = new Set(ranked.slice(0, SHOWN).map(({ key }) => key))
  const keyOf = (key: string) => (shown.has(key) ? key : 'others')
  const labelOf = (key: string) => {
    const [type = '', id = ''] = key.split(':', 2)
    if (key === 'others') return 'Others'
    if (type === 'anonymous') return 'Anonymous'
    return type === 'system' ? 'The server' : (nameIn(directory, type, id) ?? `${type} ${id.slice(0, 8)}`)
  }
  const keys = [...new Set(ranked.map(({ key }) => keyOf(key)))]
  const series = [...keys.map(key => ({ key, label: labelOf(key) })), DENIED]
  const counts = summary.sums.flatMap(({ day, key, total, denied, failed }) => [
    { day, key: keyOf(key), count: total - denied - failed },
    { day, key: DENIED.key, count: denied + failed },
  ])
  const most = ranked[0]
  const caption = sentence(
    summary,
    days,
    actorId === undefined && most ? { name: labelOf(most.key), share: most.total / summary.total } : undefined,
  )
  const who = actorId === undefined ? '' : `&actor_id=${actorId}`
  return (
    <ActivityChart
      caption={caption}
      from={summary.from}
      to={summary.to}
      series={series}
      counts={counts}
      addressOf={day => `/audit?from=${day}T00:00:00.000Z&to=${day}T23:59:59.999Z${who}`}
    />
  )
}

/** The finding: how many, how many denied, and who did most. */
function sentence({ total, denied, failed }: Summary, days: number, most: { name: string; share: number } | undefined): string {
  if (total === 0) return `Nothing happened in the last ${days} days.`
  const stopped =
    denied + failed === 0
      ? 'none denied'
      : `${denied.toLocaleString()} denied${failed > 0 ? `, ${failed.toLocaleString()} failed` : ''}`
  const who = most && most.share < 1 ? ` ${most.name} made ${Math.round(most.share * 100)} % of them.` : ''
  return `${total.toLocaleString()} ${total === 1 ? 'event' : 'events'} in ${days} days, ${stopped}.${who}`
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10)
}
