import { Badge } from '../../ui/data/badge.tsx'
import { Shortened } from '../../ui/data/shortened.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { When } from '../../ui/data/when.tsx'
import { Button } from '../../ui/form/button.tsx'
import { OutsideLink } from './outside-link.tsx'
import { statusOf, type Transaction, wholeUnits } from './transaction.ts'

interface TransactionsTableProps {
  transactions: readonly Transaction[]
  /** The currency of a chain's amounts. */
  currencyOf(chain: string): string
  /** The text for an empty list. */
  empty: string
  onChosen(transaction: Transaction): void
}

/** Transactions with their description and status. */
export function TransactionsTable({ transactions, currencyOf, empty, onChosen }: TransactionsTableProps) {
  const columns: Column<Transaction>[] = [
    { title: 'What', kind: 'name', cell: transaction => <What transaction={transaction} onChosen={onChosen} /> },
    { title: 'Status', kind: 'short', cell: transaction => <Badge {...badge(transaction)} /> },
    { title: 'Chain', kind: 'short', cell: ({ chain }) => chain },
    { title: 'Value', kind: 'number', cell: ({ value_wei, chain }) => `${wholeUnits(value_wei)} ${currencyOf(chain)}` },
    { title: 'Created', kind: 'short', cell: ({ created_at }) => <When instant={created_at} /> },
    {
      title: 'Explorer',
      kind: 'short',
      cell: ({ tx_hash: hash, explorer_url: url }) =>
        hash && (
          <OutsideLink to={url}>
            <code>{`${hash.slice(0, 8)}…${hash.slice(-4)}`}</code>
          </OutsideLink>
        ),
    },
  ]
  return <Table caption="Transactions" columns={columns} rows={transactions} keyOf={({ id }) => id} empty={empty} />
}

function What({ transaction, onChosen }: { transaction: Transaction; onChosen(transaction: Transaction): void }) {
  const { summary, id } = transaction
  return (
    <>
      <Button kind="link" onClick={() => onChosen(transaction)}>
        {summary ? <Shortened text={summary.text} /> : id}
      </Button>
      {summary?.unlimited_approval && <Badge tone="bad">Unlimited approval</Badge>}
    </>
  )
}

function badge(transaction: Transaction) {
  const { label, tone } = statusOf(transaction)
  return { tone, children: label }
}
