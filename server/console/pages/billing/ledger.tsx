import { useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { Pages } from '../../ui/data/pages.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { dollarsOf } from './money.ts'

type Entry = Contract['billing.ledger']['reply']['transactions'][number]

const PAGE = 25

const COLUMNS: Column<Entry>[] = [
  { title: 'What', kind: 'name', cell: ({ description }) => description },
  { title: 'When', cell: ({ created_at }) => <When instant={created_at} /> },
  { title: 'Amount', kind: 'number', cell: ({ amount_cents }) => signed(amount_cents) },
  { title: 'Balance', kind: 'number', cell: ({ balance_after_cents }) => `$${dollarsOf(balance_after_cents)}` },
]

/** Additions and deductions of credits, the newest first. */
export function Ledger() {
  const [page, go] = useState(1)
  const ledger = useLoaded(client => client.call('billing.ledger', { query: { page, limit: PAGE } }), String(page))
  return (
    <Panel title="Ledger">
      <LoadedView of={ledger} what="the ledger">
        {({ transactions: rows }) => (
          <>
            <Table
              caption="Entries of the ledger, newest first"
              columns={COLUMNS}
              rows={rows}
              keyOf={({ id }) => id}
              empty={page === 1 ? 'The ledger has no entries.' : 'There are no older entries.'}
            />
            <Pages
              of="the ledger"
              labels={['Newer', 'Older']}
              onPrevious={page > 1 ? () => go(page - 1) : undefined}
              onNext={rows.length === PAGE ? () => go(page + 1) : undefined}
            />
          </>
        )}
      </LoadedView>
    </Panel>
  )
}

/** `+$25.00`; `−$0.01`, with a minus sign as wide as the plus. */
function signed(cents: number): string {
  return `${cents < 0 ? '−' : '+'}$${dollarsOf(cents)}`
}
