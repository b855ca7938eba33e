import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'
import { Panel } from '../../ui/layout/panel.tsx'

/** The switch between credits and single payments for requests beyond the plan. */
export function Overage({ method, onDone }: { method: string; onDone(): Promise<void> }) {
  const announce = useAnnounce()
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['method'],
    send: async (client, entry) => {
      const chosen = entry('method') === 'x402' ? ('x402' as const) : ('credits' as const)
      await client.call('billing.set-overage', { body: { method: chosen } })
      announce(
        chosen === 'x402' ? 'Requests beyond the plan ask for a payment by x402.' : 'Credits pay for requests beyond the plan.',
      )
      await onDone()
    },
  })
  return (
    <Panel title="Beyond the plan">
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <SelectField
          label="How requests beyond the plan are paid for"
          name="method"
          defaultValue={method}
          hint="With x402, a program pays for each request itself. Requests without a price still use credits."
          error={failure?.fields?.['method']}
        >
          <option value="credits">Credits</option>
          <option value="x402">A payment by x402 with each request</option>
        </SelectField>
        <Button kind="primary" type="submit" busy={busy}>
          Save
        </Button>
      </form>
    </Panel>
  )
}
