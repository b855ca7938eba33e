import { Badge } from '../../ui/data/badge.tsx'
import { When } from '../../ui/data/when.tsx'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Button } from '../../ui/form/button.tsx'
import { OutsideLink } from './outside-link.tsx'
import { statusOf, type Transaction, wholeUnits } from './transaction.ts'

interface TransactionDialogProps {
  transaction: Transaction
  currency: string
  onClose(): void
}

/** Everything known about one transaction. */
export function TransactionDialog({ transaction, currency, onClose }: TransactionDialogProps) {
  const { summary, error_message: error, from, to, nonce, tx_hash: hash, explorer_url: url } = transaction
  const { label, tone } = statusOf(transaction)
  const { gas_limit: limit, gas_used: used, block_number: block, tenderly_dashboard_url: tenderly } = transaction
  return (
    <Dialog title={summary?.text ?? 'Transaction'} onClose={onClose}>
      {error && <p className="alert">{error}</p>}
      {summary?.unlimited_approval && <p className="alert">It allows someone to take tokens without a limit.</p>}
      <dl className="facts">
        <dt>Status</dt>
        <dd>
          <Badge tone={tone}>{label}</Badge>
        </dd>
        <dt>Chain</dt>
        <dd>{`${transaction.chain} (${transaction.chain_id})`}</dd>
        {from && <Code name="From" text={from} />}
        <Code name="To" text={to ?? 'a new contract'} />
        <dt>Value</dt>
        <dd>{`${wholeUnits(transaction.value_wei)} ${currency}`}</dd>
        {summary?.function && <Code name="Function" text={summary.function} />}
        {nonce !== undefined && <Fact name="Nonce" text={String(nonce)} />}
        {limit !== undefined && <Fact name="Gas" text={used === undefined ? `up to ${limit}` : `${used} of up to ${limit}`} />}
        {hash && (
          <>
            <dt>Hash</dt>
            <dd>
              <OutsideLink to={url}>
                <code>{hash}</code>
              </OutsideLink>
            </dd>
          </>
        )}
        {block !== undefined && <Fact name="Block" text={String(block)} />}
        {tenderly && (
          <>
            <dt>Simulation</dt>
            <dd>
              <OutsideLink to={tenderly}>View on Tenderly</OutsideLink>
            </dd>
          </>
        )}
        <dt>Made</dt>
        <dd>
          <When instant={transaction.created_at} />
        </dd>
      </dl>
      <div className="decision">
        <Button onClick={onClose}>Close</Button>
      </div>
    </Dialog>
  )
}

function Fact({ name, text }: { name: string; text: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </>
  )
}

function Code({ name, text }: { name: string; text: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <code>{text}</code>
      </dd>
    </>
  )
}
