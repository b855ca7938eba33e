import { useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'
import { openPaymentPage } from './payment-page.ts'
import { Subscribe } from './subscribe.tsx'

export type Subscription = Contract['billing.subscription']['reply']

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' })
/** Stripe's states of a subscription, as far as they need more than their name. */
const STATES: Readonly<Record<string, string>> = {
  trialing: 'trial',
  past_due: 'the last payment failed; the plan remains active for a week',
  unpaid: 'not paid',
  canceled: 'ended',
}

/** The current plan, its end, and how to change it. */
export function Plan({ plan }: { plan: Subscription }) {
  const { account } = useSignedIn()
  const [choosing, choose] = useState(false)
  const portal = useAction(async client => openPaymentPage((await client.call('billing.portal')).portal_url))
  const manages = account.role !== 'member'
  return (
    <Panel
      title="Plan"
      actions={
        manages && (
          <div className="actions">
            {plan.interval !== undefined && (
              <Button busy={portal.busy} onClick={() => void portal.run()}>
                Cards and invoices
              </Button>
            )}
            {plan.interval === undefined && plan.tier !== 'enterprise' && (
              <Button kind="primary" onClick={() => choose(true)}>
                Choose a larger plan
              </Button>
            )}
          </div>
        )
      }
    >
      <Alert>{portal.failure}</Alert>
      <dl className="facts">
        <dt>Tier</dt>
        <dd>
          {plan.tier}
          {plan.interval !== undefined && `, paid ${plan.interval}`}
        </dd>
        {plan.status !== 'active' && <dt>State</dt>}
        {plan.status !== 'active' && <dd>{STATES[plan.status] ?? plan.status}</dd>}
        {plan.period_end !== undefined && <dt>Paid until</dt>}
        {plan.period_end !== undefined && <dd>{DAY.format(new Date(plan.period_end))}</dd>}
        <dt>Beyond the plan</dt>
        <dd>
          {plan.overage_method === 'x402' ? 'A payment by x402 with each request' : 'Credits'}:{' '}
          <Link to="/billing/credits">${plan.credit_balance_usd} left</Link>
        </dd>
      </dl>
      {!manages && <p className="quiet">Owners and admins change the plan.</p>}
      {choosing && <Subscribe onClose={() => choose(false)} />}
    </Panel>
  )
}
