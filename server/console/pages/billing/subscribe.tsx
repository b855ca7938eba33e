import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Check } from '../../ui/form/check.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'
import { openPaymentPage } from './payment-page.ts'

/** A form for plan and interval; the payment provider collects the rest. */
export function Subscribe({ onClose }: { onClose(): void }) {
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['tier', 'interval'],
    send: async (client, entry) => {
      const tier = entry('tier') === 'business' ? ('business' as const) : ('pro' as const)
      const interval = entry('interval') === 'yearly' ? ('yearly' as const) : ('monthly' as const)
      const trial = entry('trial') === 'on'
      const { checkout_url } = await client.call('billing.subscribe', { body: { tier, interval, trial } })
      openPaymentPage(checkout_url)
    },
  })
  return (
    <Dialog title="Choose a larger plan" onClose={onClose}>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <SelectField label="Plan" name="tier" error={failure?.fields?.['tier']}>
          <option value="pro">Pro: 25,000 requests, 25 vaults, 500 secrets, 10 agents</option>
          <option value="business">Business: 100,000 requests, 100 vaults, 5,000 secrets, 50 agents</option>
        </SelectField>
        <SelectField label="Paid" name="interval" error={failure?.fields?.['interval']}>
          <option value="monthly">Monthly: Pro $29, Business $149</option>
          <option value="yearly">Yearly: Pro $290, Business $1,490</option>
        </SelectField>
        <Check
          label="Start with a free trial of 14 days"
          name="trial"
          checked
          hint="The first subscription of an organisation only."
        />
        <FormButtons onCancel={onClose} busy={busy}>
          Continue to Stripe
        </FormButtons>
      </form>
    </Dialog>
  )
}
