import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Field } from '../../ui/form/field.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'
import type { Entries, Failure } from '../../ui/form/submission.ts'
import type { AdminUser } from './account.ts'

const TIERS = ['free', 'pro', 'business', 'enterprise'] as const

interface OrgLimitsProps {
  user: AdminUser
  onClose(): void
  onDone(): Promise<void>
}

/** The limits of an organisation. */
export function OrgLimits({ user, onClose, onDone }: OrgLimitsProps) {
  const announce = useAnnounce()
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['tier', 'duration_days', 'free_tier_override'],
    check,
    send: async (client, entry) => {
      const params = { org_id: user.org_id }
      const tier = TIERS.find(each => each === entry('tier')) ?? 'free'
      const days = entry('duration_days').trim()
      // Setting the tier that it has, permanently, would end a period that was granted before.
      if (tier !== user.billing_tier || days) {
        await client.call('admin.set-tier', { params, body: { tier, ...(days && { duration_days: Number(days) }) } })
      }
      const free = entry('free_tier_override').trim()
      const limits = { free_tier_override: free ? Number(free) : null, is_sponsored: entry('is_sponsored') === 'on' }
      await client.call('admin.set-limits', { params, body: limits })
      announce(`The limits of ${user.org_name} are set.`)
      onClose()
      await onDone()
    },
  })
  const faults = failure?.fields
  return (
    <Dialog title={`Edit limits of ${user.org_name}`} onClose={onClose}>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <SelectField label="Tier" name="tier" defaultValue={user.billing_tier} error={faults?.['tier']}>
          {TIERS.map(tier => (
            <option key={tier}>{tier}</option>
          ))}
        </SelectField>
        <Field
          label="Days on this tier"
          name="duration_days"
          inputMode="numeric"
          autoComplete="off"
          maxLength={4}
          hint="Empty: no end date, or the existing one."
          error={faults?.['duration_days']}
        />
        <Field
          label="Free requests a month"
          name="free_tier_override"
          inputMode="numeric"
          autoComplete="off"
          maxLength={10}
          defaultValue={user.free_tier_override}
          hint="Empty: the limit of the tier."
          error={faults?.['free_tier_override']}
        />
        <label className="check">
          <input type="checkbox" name="is_sponsored" autoComplete="off" defaultChecked={user.is_sponsored} /> Sponsored: it is not
          billed
        </label>
        <FormButtons onCancel={onClose} busy={busy}>
          Save
        </FormButtons>
      </form>
    </Dialog>
  )
}

function check(entry: Entries): Failure | null {
  const fault = (name: string) => (/^\d*$/.test(entry(name).trim()) ? undefined : 'Enter a whole number, or leave it empty.')
  const [duration_days, free_tier_override] = [fault('duration_days'), fault('free_tier_override')]
  return duration_days || free_tier_override ? { fields: { duration_days, free_tier_override } } : null
}
