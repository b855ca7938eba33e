import { useSignedIn } from '../../session/signed-in.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Field } from '../../ui/form/field.tsx'
import type { Entries, Failure } from '../../ui/form/submission.ts'
import { Panel } from '../../ui/layout/panel.tsx'
import { JustPaid } from './just-paid.tsx'
import { Ledger } from './ledger.tsx'
import { dollarsOf } from './money.ts'
import { Overage } from './overage.tsx'
import { openPaymentPage } from './payment-page.ts'

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'long' })
const [LEAST, MOST] = [5, 1000]

/** The remaining credits, how to get more, what they pay for, and every entry of their ledger. */
export function Credits() {
  const { account } = useSignedIn()
  const known = useLoaded(async client => {
    const [balance, plan] = await Promise.all([client.call('billing.balance'), client.call('billing.subscription')])
    return { balance, plan }
  })
  const manages = account.role !== 'member'
  return (
    <>
      <JustPaid look={known.refresh} />
      <LoadedView of={known} what="the credits">
        {({ balance, plan }) => (
          <>
            <Panel title="Credits">
              <dl className="facts">
                <dt>Left</dt>
                <dd>${balance.balance_usd}</dd>
                <Ending {...balance.expiring_within_90_days} />
              </dl>
              <p className="quiet">Credits pay for requests beyond the plan, and are valid for 12 months.</p>
              {manages ? <TopUp /> : <p className="quiet">Owners and admins buy credits.</p>}
            </Panel>
            {manages && <Overage key={plan.overage_method} method={plan.overage_method} onDone={known.reload} />}
            <Ledger key={balance.balance_cents} />
          </>
        )}
      </LoadedView>
    </>
  )
}

function Ending({
  amount_cents: cents,
  earliest_expiry: earliest,
}: {
  amount_cents: number
  earliest_expiry?: string | undefined
}) {
  if (cents === 0 || earliest === undefined) return null
  return (
    <>
      <dt>Expire within 90 days</dt>
      <dd>
        ${dollarsOf(cents)}, the first on {DAY.format(new Date(earliest))}
      </dd>
    </>
  )
}

function TopUp() {
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['amount_usd'],
    check,
    send: async (client, entry) => {
      const { checkout_url } = await client.call('billing.topup', { body: { amount_usd: Number(entry('amount_usd')) } })
      openPaymentPage(checkout_url)
    },
  })
  return (
    <form ref={ref} onSubmit={onSubmit} noValidate>
      <Alert>{failure?.message}</Alert>
      <Field
        label="US dollars"
        name="amount_usd"
        inputMode="numeric"
        autoComplete="off"
        maxLength={4}
        defaultValue="25"
        hint={`Whole dollars, from ${LEAST} to ${MOST.toLocaleString()}.`}
        error={failure?.fields?.['amount_usd']}
      />
      <Button kind="primary" type="submit" busy={busy}>
        Buy credits
      </Button>
    </form>
  )
}

function check(entry: Entries): Failure | null {
  const dollars = /^\d+$/.test(entry('amount_usd').trim()) ? Number(entry('amount_usd')) : 0
  if (dollars >= LEAST && dollars <= MOST) return null
  return { fields: { amount_usd: `Enter whole dollars, from ${LEAST} to ${MOST.toLocaleString()}.` } }
}
