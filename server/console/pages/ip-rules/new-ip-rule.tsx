import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { EXACT } from '../../ui/form/exact.ts'
import { Field } from '../../ui/form/field.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'

/** Asks for an IP rule, and adds it. The server refuses one that would lock out the person who adds it. */
export function NewIpRule({ onClose, onDone }: { onClose(): void; onDone(): Promise<void> }) {
  const announce = useAnnounce()
  const own = useLoaded(client =>
    client.call('console-session.list').then(({ sessions }) => sessions.find(isCurrent)?.ip_address),
  )
  const address = own.state.at === 'loaded' ? own.state.value : undefined
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['cidr', 'label', 'rule_type', 'applies_to'],
    check: entry => (entry('cidr').trim() ? null : { fields: { cidr: 'Enter an address or a range.' } }),
    send: async (client, entry) => {
      const label = entry('label').trim()
      const rule_type = entry('rule_type') === 'deny' ? 'deny' : 'allow'
      const applies_to = (['users', 'agents'] as const).find(each => each === entry('applies_to')) ?? 'all'
      const { cidr } = await client.call('ip-rules.add', {
        body: { rule_type, cidr: entry('cidr').trim(), applies_to, ...(label && { label }) },
      })
      announce(`The rule for ${cidr} is added.`)
      onClose()
      await onDone()
    },
  })
  const faults = failure?.fields
  return (
    <Dialog title="Add IP rule" onClose={onClose}>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <SelectField label="Rule" name="rule_type" error={faults?.['rule_type']}>
          <option value="allow">Allow (blocks all other addresses)</option>
          <option value="deny">Deny</option>
        </SelectField>
        <Field
          label="Addresses"
          name="cidr"
          {...EXACT}
          maxLength={64}
          required
          hint={`An address or a range, of IPv4 or IPv6: 203.0.113.0/24.${address ? ` You are at ${address}.` : ''}`}
          error={faults?.['cidr']}
        />
        <SelectField label="For" name="applies_to" error={faults?.['applies_to']}>
          <option value="all">Everybody</option>
          <option value="users">People only</option>
          <option value="agents">Agents only</option>
        </SelectField>
        <Field label="Label (optional)" name="label" autoComplete="off" maxLength={255} error={faults?.['label']} />
        <FormButtons onCancel={onClose} busy={busy}>
          Add
        </FormButtons>
      </form>
    </Dialog>
  )
}

function isCurrent(session: { readonly is_current: boolean }): boolean {
  return session.is_current
}
