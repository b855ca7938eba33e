import { type ReactNode, useEffect } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import type { Series } from '../../ui/chart/activity-chart.tsx'
import { daysBetween } from '../../ui/chart/days.ts'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { useRefreshed } from '../../ui/data/use-refreshed.ts'
import { nameIn, useDirectory } from '../../ui/people/names.tsx'
import { ActivityChart, loadPictures } from '../picture.tsx'
import { type Change, type EventQuery, REFUSED, searchOf, timesIn } from './event-query.ts'
import { days, named, type Period } from './period.ts'

type Summary = Contract['audit.summary']['reply']

interface ActivityProps {
  period?: Period
  /** The choice of other periods. */
  periods?: ReactNode
  /** Applies the filters of the query for which sums exist: the principal, the kind, and the vault. */
  narrowed?: EventQuery
  /** Called with the first and last selected day, or hour. */
  onChoose?: ((from: string, to: string) => void) | undefined
  /** The address of the events for a changed query. */
  addressOf?: (change: Change) => string
}

/** Bars with a separate colour for each principal; more colours could not be distinguished. */
const SHOWN = 5
/** More bars would be too narrow for a finger: the days of a week share one then. */
const MOST_BARS = 31
/** How often the last bar is updated while the page is visible. */
const EVERY_MS = 5_000
const USUAL = days(14)
const DENIED: Series = { key: 'denied', label: 'Denied or failed', kind: 'denied' }

/** Recent activity, and how much of it was denied. */
export function Activity({ period = USUAL, periods, narrowed = {}, onChoose, addressOf }: ActivityProps) {
  const { actor_id, actor_type, vault_id } = narrowed
  const only = Object.fromEntries(Object.entries({ actor_id, actor_type, vault_id }).filter(([, value]) => value !== undefined))
  const summary = useLoaded(
    client => client.call('audit.summary', { query: { ...newest(period), by: 'actor', ...only } }),
    JSON.stringify([period, only]),
    { until: 'previous' },
  )
  useRefreshed(summary.refresh, EVERY_MS)
  useEffect(() => void loadPictures().catch(() => {}), [])
  const toLog = addressOf ?? ((change: Change) => `/audit${searchOf(only, change)}`)
  return (
    <LoadedView of={summary} what="the activity">
      {found => <Chart summary={found} periods={periods} isOne={actor_id !== undefined} onChoose={onChoose} toLog={toLog} />}
    </LoadedView>
  )
}

interface ChartProps {
  summary: Summary
  periods: ReactNode
  /** One principal did all of it. */
  isOne: boolean
  toLog: (change: Change) => string
  onChoose: ActivityProps['onChoose']
}

function Chart({ summary, periods, isOne, onChoose, toLog }: ChartProps) {
  const directory = useDirectory()
  // Until the answer for another period is there, the chart is that of the period before.
  const period = periodOf(summary)
  const ranked = Object.entries(Object.groupBy(summary.sums, ({ key }) => principalIn(key)))
    .map(([key, rows = []]) => ({ key, total: rows.reduce((sum, { total }) => sum + total, 0) }))
    .sort((one, other) => other.total - one.total)
  const shown = new Set(ranked.slice(0, SHOWN).map(({ key }) => key))
  const keyOf = (key: string) => (shown.has(principalIn(key)) ? principalIn(key) : 'others')
  const labelOf = (key: string) => {
    const [type = '', id = ''] = key.split(':', 2)
    return NAMELESS[type] ?? nameIn(directory, type, id) ?? `${type} ${id.slice(0, 8)}`
  }
  const keys = [...new Set(ranked.map(({ key }) => keyOf(key)))]
  const series = [...keys.map(key => ({ key, label: labelOf(key) })), DENIED]
  const counts = summary.sums.flatMap(({ day: of, hour, key, total, denied, failed }) => {
    const day = hour === undefined ? of : `${of}T${String(hour).padStart(2, '0')}:00:00.000Z`
    return [
      { day, key: keyOf(key), count: total - denied - failed },
      { day, key: DENIED.key, count: denied + failed },
    ]
  })
  const most = ranked[0]
  const first = !isOne && most ? { name: labelOf(most.key), share: most.total / summary.total } : undefined
  return (
    <ActivityChart
      caption={sentence(summary, named(period), first)}
      unit={period.unit}
      from={summary.from}
      to={summary.to}
      series={series}
      counts={counts}
      length={period.count > MOST_BARS ? 7 : 1}
      actions={periods}
      addressOf={(span, key) =>
        toLog({
          ...timesIn(span?.from ?? summary.from, span?.to ?? summary.to),
          views: 'shown',
          ...ofSeries(isOne && key !== DENIED.key ? undefined : key),
        })
      }
      onChoose={onChoose}
    />
  )
}

/** The query for the events of a series; for `others` there is none. */
function ofSeries(key = 'others'): Change {
  if (key === DENIED.key) return { outcome: REFUSED }
  if (key === 'others') return {}
  const [type = '', id = ''] = key.split(':', 2)
  return type in NAMELESS ? { actor_type: type } : { actor_type: type, actor_id: id }
}

const NAMELESS: Readonly<Record<string, string>> = { others: 'Others', anonymous: 'Anonymous', system: 'The server' }

/** Every principal without a name, whatever their ids are. */
function principalIn(key: string): string {
  const [type = ''] = key.split(':', 1)
  return type in NAMELESS ? type : key
}

/** The finding: how many, how many denied, and who did most. */
function sentence({ total, denied, failed }: Summary, period: string, most: { name: string; share: number } | undefined): string {
  if (total === 0) return `Nothing happened in the last ${period}.`
  const stopped =
    denied + failed === 0
      ? 'none denied'
      : `${denied.toLocaleString()} denied${failed > 0 ? `, ${failed.toLocaleString()} failed` : ''}`
  const who = most && most.share < 1 ? ` ${most.name} made ${Math.round(most.share * 100)} % of them.` : ''
  return `${total.toLocaleString()} ${total === 1 ? 'event' : 'events'} in ${period}, ${stopped}.${who}`
}

/** What to ask for; today, or the present hour, is the last of them. */
function newest({ unit, count }: Period) {
  if (unit === 'hour') return { hours: count }
  return { from: new Date(Date.now() - (count - 1) * 86_400_000).toISOString().slice(0, 10) }
}

/** The period of an answer: hours have the times of their starts. */
function periodOf({ from, to }: Pick<Summary, 'from' | 'to'>): Period {
  if (!from.includes('T')) return days(daysBetween(from, to).length)
  return { unit: 'hour', count: Math.round((Date.parse(to) - Date.parse(from)) / 3_600_000) + 1 }
}
