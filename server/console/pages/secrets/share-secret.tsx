import { useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { EXACT } from '../../ui/form/exact.ts'
import { Field } from '../../ui/form/field.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'
import type { Entries, Failure } from '../../ui/form/submission.ts'
import { principalOf } from '../../ui/people/names.tsx'
import { PrincipalField } from '../../ui/people/principal-field.tsx'
import type { Summary } from './secret.ts'
import { ShareLink } from './share-link.tsx'

type Body = Contract['shares.create']['body']
type Recipient = 'anyone_with_link' | 'user' | 'agent' | 'external_email'

const RECIPIENTS: Record<Recipient, string> = {
  anyone_with_link: 'Anyone who has the link',
  external_email: 'The person with an e-mail address',
  user: 'A member of the organisation',
  agent: 'An agent',
}

const HOURS = { '1': 'In an hour', '24': 'In a day', '168': 'In a week', '720': 'In 30 days' } as const

const NAMES = ['email', 'recipient_id', 'recipient_type', 'expires_at', 'max_access_count', 'passphrase']

/** Shares a secret, then shows the link. */
export function ShareSecret({ secret, onClose }: { secret: Summary; onClose(): void }) {
  const [recipient, setRecipient] = useState<Recipient>('anyone_with_link')
  const [share, setShare] = useState<Contract['shares.create']['reply'] | null>(null)
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: NAMES,
    check: entry => checked(recipient, entry),
    send: async (client, entry) =>
      setShare(await client.call('shares.create', { params: { secret_id: secret.id }, body: bodyOf(recipient, entry) })),
  })
  const fault = (name: string) => failure?.fields?.[name]
  if (share) {
    return (
      <Dialog title="Link created" onClose={onClose}>
        <ShareLink share={share} onClose={onClose} />
      </Dialog>
    )
  }
  return (
    <Dialog title="Share secret" onClose={onClose}>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <p className="quiet">{secret.path}: the link always shows the latest version and stops working if you lose access.</p>
        <Alert>{failure?.message}</Alert>
        <SelectField
          label="For"
          name="recipient_type"
          value={recipient}
          onChange={event => setRecipient(event.target.value as Recipient)}
          error={fault('recipient_type')}
        >
          {Object.entries(RECIPIENTS).map(([type, label]) => (
            <option key={type} value={type}>
              {label}
            </option>
          ))}
        </SelectField>
        {recipient === 'external_email' && (
          <Field
            label="E-mail address"
            name="email"
            type="email"
            autoComplete="off"
            maxLength={254}
            required
            error={fault('email')}
          />
        )}
        {recipient === 'user' && (
          <PrincipalField key="user" label="Member" name="recipient_id" only="user" error={fault('recipient_id')} />
        )}
        {recipient === 'agent' && (
          <PrincipalField key="agent" label="Agent" name="recipient_id" only="agent" error={fault('recipient_id')} />
        )}
        <div className="form-row">
          <SelectField label="Expires" name="hours" defaultValue="24" error={fault('expires_at')}>
            {Object.entries(HOURS).map(([hours, label]) => (
              <option key={hours} value={hours}>
                {label}
              </option>
            ))}
          </SelectField>
          <Field
            label="Open limit (optional)"
            name="max_access_count"
            type="number"
            min={1}
            step={1}
            autoComplete="off"
            placeholder="Unlimited"
            defaultValue={1}
            error={fault('max_access_count')}
          />
        </div>
        <Field
          label="Passphrase (optional)"
          name="passphrase"
          type="text"
          {...EXACT}
          maxLength={256}
          hint="Send it separately from the link."
          error={fault('passphrase')}
        />
        <FormButtons onCancel={onClose} busy={busy}>
          Create link
        </FormButtons>
      </form>
    </Dialog>
  )
}

function checked(recipient: Recipient, entry: Entries): Failure | null {
  const times = entry('max_access_count')
  const wanted = recipient === 'external_email' ? 'email' : recipient === 'anyone_with_link' ? undefined : 'recipient_id'
  const fields = {
    ...(wanted && entry(wanted).trim() === '' && { [wanted]: 'Enter a recipient.' }),
    ...(times !== '' && !/^[1-9]\d*$/.test(times) && { max_access_count: 'Enter a whole number above zero.' }),
  }
  return Object.keys(fields).length > 0 ? { fields } : null
}

function bodyOf(recipient: Recipient, entry: Entries): Body {
  const times = entry('max_access_count')
  const passphrase = entry('passphrase')
  return {
    recipient_type: recipient,
    expires_at: new Date(Date.now() + Number(entry('hours')) * 3_600_000).toISOString(),
    ...(recipient === 'external_email' && { email: entry('email').trim() }),
    ...((recipient === 'user' || recipient === 'agent') && { recipient_id: principalOf(entry('recipient_id')).id }),
    ...(times !== '' && { max_access_count: Number(times) }),
    ...(passphrase !== '' && { passphrase }),
  }
}
