import { Badge } from '../../ui/data/badge.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { OutsideLink } from './outside-link.tsx'
import { stoppedBy } from './stopped-by.ts'
import type { Simulation, StatusText } from './transaction.ts'

const OUTCOMES: Readonly<Record<Simulation['status'], StatusText>> = {
  success: { label: 'Succeeds', tone: 'good' },
  reverted: { label: 'Fails', tone: 'bad' },
  error: { label: 'Unknown', tone: 'warn' },
}

type Change = NonNullable<Simulation['balance_changes']>[number]

/** The effects of a simulated transaction, and the verdict of the guardrails. */
export function Simulated({ simulation, currency }: { simulation: Simulation; currency: string }) {
  const { summary, status, error_human_readable: error, gas_used: gas, guardrails, balance_changes: changes = [] } = simulation
  const left = guardrails.remaining_daily_allowance_eth
  return (
    <>
      <h3>{summary.text}</h3>
      {summary.unlimited_approval && <p className="alert">It allows someone to take tokens without a limit.</p>}
      <dl className="facts">
        <dt>Outcome</dt>
        <dd>
          <Badge tone={OUTCOMES[status].tone}>{OUTCOMES[status].label}</Badge> {error}
        </dd>
        <dt>Guardrails</dt>
        <dd>
          <Badge tone={guardrails.allowed ? 'good' : 'bad'}>{guardrails.allowed ? 'Allowed' : 'Denied'}</Badge>{' '}
          {!guardrails.allowed && <Stop reason={guardrails.reason} />}
        </dd>
        {left !== undefined && (
          <>
            <dt>Left to spend</dt>
            <dd>{`${left} ${currency}`.trim()}</dd>
          </>
        )}
        <dt>Signed by</dt>
        <dd>
          <code>{simulation.from}</code>
        </dd>
        {gas !== undefined && (
          <>
            <dt>Gas</dt>
            <dd>{gas}</dd>
          </>
        )}
      </dl>
      <Table
        caption="Balance changes"
        columns={COLUMNS}
        rows={changes}
        keyOf={({ address, token = '' }) => `${address} ${token}`}
        empty="No balance would change."
      />
      {simulation.tenderly_dashboard_url && (
        <p>
          <OutsideLink to={simulation.tenderly_dashboard_url}>View on Tenderly</OutsideLink>
        </p>
      )}
    </>
  )
}

function Stop({ reason = '' }: { reason?: string | undefined }) {
  const { guardrail, sentence } = stoppedBy(reason)
  return (
    <>
      by <strong>{guardrail}</strong>: {sentence}
    </>
  )
}

const COLUMNS: readonly Column<Change>[] = [
  { title: 'Account', kind: 'name', cell: ({ address }) => <code>{address}</code> },
  { title: 'Change', kind: 'number', cell: ({ change, token_symbol: symbol = '' }) => `${change} ${symbol}`.trim() },
  // A symbol proves nothing: anyone can call a token ETH.
  { title: 'Token', cell: ({ token }) => token && <code>{token}</code> },
  { title: 'Before', kind: 'number', cell: ({ before }) => before },
  { title: 'After', kind: 'number', cell: ({ after }) => after },
]
