import { useState } from 'react'
import { bearer } from '../../../../../src/client/auth.ts'
import { Problem } from '../../../../../src/problem.ts'
import { problemOf } from '../../../failure.ts'
import { connect } from '../../../session/connect.ts'
import { Badge } from '../../../ui/data/badge.tsx'
import { useAction } from '../../../ui/data/use-action.ts'
import { Confirm } from '../../../ui/dialog/confirm.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { statusOf, type Transaction } from '../../intents/transaction.ts'
import type { Registered, SigningKey } from './registration.ts'
import type { Trial } from './trials.ts'

interface SendFirstProps {
  signingKey: SigningKey
  registered: Registered
  transaction: Pick<Trial, 'to' | 'value'>
}

/** Sends a transaction as the agent, with the key that only this page has: signed, within its limits, and for real. */
export function SendFirst({ signingKey: { chain, address }, registered: { agent, apiKey }, transaction }: SendFirstProps) {
  const [asking, ask] = useState(false)
  const [sent, show] = useState<Transaction>()
  const { to, value } = transaction
  const amount = `${value} ${chain.native_currency}`
  const sending = useAction(async () => {
    const body = { chain: chain.name, ...transaction }
    try {
      show(await connect(bearer(apiKey)).call('intents.submit', { params: { agent_id: agent.id }, body }))
    } catch (thrown) {
      const problem = problemOf(thrown)
      // The agent's key was not accepted; the session of the person has not ended.
      throw problem.status === 401
        ? new Problem('policy.denied', `The key of ${agent.name} was not accepted. Is it paused?`)
        : problem
    }
  })
  return (
    <>
      <div className="actions">
        <Button onClick={() => ask(true)}>{`Send ${amount} as ${agent.name}`}</Button>
      </div>
      <div role="status">{sent && <Sent transaction={sent} />}</div>
      {asking && (
        <Confirm title={`Send ${amount}?`} verb="Send" action={sending} onDone={() => ask(false)} onClose={() => ask(false)}>
          <p>
            {agent.name} signs it now and sends it on {chain.display_name} to{' '}
            {to === address ? 'its own address, which costs only the fee' : <code>{to}</code>}. It cannot be undone.
          </p>
        </Confirm>
      )}
    </>
  )
}

function Sent({ transaction }: { transaction: Transaction }) {
  const { label, tone } = statusOf(transaction)
  const { tx_hash: hash, error_message: error } = transaction
  return (
    <p>
      <Badge tone={tone}>{label}</Badge> {hash !== undefined && <code>{hash}</code>} {error}
    </p>
  )
}
