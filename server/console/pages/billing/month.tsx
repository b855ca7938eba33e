import type { Contract } from '../../../../src/contract/all.ts'
import type { Series } from '../../ui/chart/activity-chart.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { Pages } from '../../ui/data/pages.tsx'
import { useQuery } from '../../ui/data/query.ts'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Panel } from '../../ui/layout/panel.tsx'
import { Name } from '../../ui/people/names.tsx'
import { ActivityChart } from '../picture.tsx'

type Breakdown = Contract['billing.breakdown']['reply']
type Share = Breakdown['routes'][number]

const MONTH = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' })
const FREE: Series = { key: 'free', label: 'Within the plan' }
const PAID: Series = { key: 'paid', label: 'Paid by credits or x402' }

/** The requests of a month: by day, by principal, and by route. */
export function Month() {
  const [query, change] = useQuery()
  const now = new Date().toISOString().slice(0, 7)
  const asked = query.get('month') ?? ''
  const month = /^\d{4}-(0[1-9]|1[0-2])$/.test(asked) ? asked : now
  const usage = useLoaded(client => client.call('billing.breakdown', { query: { month } }), month)
  const go = (by: number) => change({ month: shifted(month, by) === now ? '' : shifted(month, by) })
  return (
    <Panel title={`Requests in ${MONTH.format(Date.parse(`${month}-01`))}`}>
      <Pages
        of="months"
        labels={['Earlier month', 'Later month']}
        onPrevious={() => go(-1)}
        onNext={month < now ? () => go(1) : undefined}
      />
      <LoadedView of={usage} what="the requests">
        {found => (
          <>
            <Days usage={found} />
            <Shares title="By principal" caption="Requests by principal" rows={found.principals} isPrincipal />
            <Shares title="By route" caption="Requests by route" rows={found.routes} />
          </>
        )}
      </LoadedView>
    </Panel>
  )
}

function Days({ usage: { month, days } }: { usage: Breakdown }) {
  const total = days.reduce((sum, { requests }) => sum + requests, 0)
  const paid = days.reduce((sum, { paid_requests }) => sum + paid_requests, 0)
  const counts = days.flatMap(({ day, requests, paid_requests }) => [
    { day, key: FREE.key, count: requests - paid_requests },
    { day, key: PAID.key, count: paid_requests },
  ])
  const beyond = paid === 0 ? 'none of them paid for' : `${paid.toLocaleString()} of them paid for beyond the plan`
  return (
    <ActivityChart
      caption={total === 0 ? 'No requests were made.' : `${total.toLocaleString()} requests, ${beyond}.`}
      table="Requests by day"
      from={`${month}-01`}
      to={lastDay(month)}
      series={[FREE, PAID]}
      counts={counts}
    />
  )
}

function Shares({ title, caption, rows, isPrincipal = false }: SharesProps) {
  const columns: Column<Share>[] = [
    {
      title: isPrincipal ? 'Who' : 'Route',
      kind: 'name',
      cell: ({ name }) => (isPrincipal ? <Name of={name} /> : <code>{name}</code>),
    },
    { title: 'Requests', kind: 'number', cell: ({ requests }) => requests.toLocaleString() },
    { title: 'Paid', kind: 'number', cell: ({ cost_usd }) => `$${cost_usd}` },
  ]
  return (
    <>
      <h3>{title}</h3>
      <Table caption={caption} columns={columns} rows={rows} keyOf={({ name }) => name} empty="Nothing in this month." />
    </>
  )
}

interface SharesProps {
  title: string
  caption: string
  rows: readonly Share[]
  isPrincipal?: boolean
}

/** `2026-01` and -1 → `2025-12`. */
function shifted(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + by)).toISOString().slice(0, 7)
}

function lastDay(month: string): string {
  return new Date(Date.parse(`${shifted(month, 1)}-01`) - 1).toISOString().slice(0, 10)
}
