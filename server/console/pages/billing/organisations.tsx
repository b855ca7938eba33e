import { useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { Badge } from '../../ui/data/badge.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { OffsetPages } from '../../ui/data/pages.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Panel } from '../../ui/layout/panel.tsx'
import { dollarsOf } from './money.ts'

type Org = Contract['admin.orgs']['reply']['orgs'][number]

const PAGE = 50

const COLUMNS: Column<Org>[] = [
  {
    title: 'Organisation',
    kind: 'name',
    cell: ({ name, is_platform, is_sponsored }) => (
      <>
        {name} {is_platform && <Badge>Platform</Badge>} {is_sponsored && <Badge>Sponsored</Badge>}
      </>
    ),
  },
  {
    title: 'Tier',
    kind: 'short',
    cell: ({ billing_tier, free_tier_override: free }) => (
      <>
        {billing_tier}
        {free !== undefined && <span className="under">{free.toLocaleString()} free requests</span>}
      </>
    ),
  },
  { title: 'Requests this month', kind: 'number', cell: org => org.current_month_requests.toLocaleString() },
  { title: 'Credits', kind: 'number', cell: org => `$${dollarsOf(org.credit_balance_cents)}` },
  { title: 'Beyond the plan', kind: 'short', cell: ({ overage_method }) => overage_method },
]

/** Every organisation of the server, with its usage and its plan. */
export function Organisations() {
  const [offset, setOffset] = useState(0)
  const orgs = useLoaded(client => client.call('admin.orgs', { query: { limit: PAGE, offset } }), String(offset))
  return (
    <Panel title="Organisations">
      <LoadedView of={orgs} what="the organisations">
        {({ orgs: rows, total }) => (
          <>
            <Table
              caption="Organisations"
              columns={COLUMNS}
              rows={rows}
              keyOf={({ id }) => id}
              empty="There are no more organisations."
            />
            <OffsetPages of="organisations" offset={offset} count={rows.length} total={total} size={PAGE} onGo={setOffset} />
          </>
        )}
      </LoadedView>
    </Panel>
  )
}
