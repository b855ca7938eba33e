import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'
import { InstantField, instantOf } from '../../ui/form/instant-field.tsx'
import type { Listed } from '../secrets/ages/listed.ts'
import { amount, oneByOne, summary } from './chosen.ts'

interface SetExpiryProps {
  secrets: readonly Listed[]
  onClose(): void
  onDone(): Promise<void>
}

/** Gives several secrets the same expiry, or none. */
export function SetExpiry({ secrets, onClose, onDone }: SetExpiryProps) {
  const announce = useAnnounce()
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['expires_at'],
    check: entry => {
      const end = instantOf(entry('expires_at'))
      return end !== undefined && Date.parse(end) <= Date.now() ? { fields: { expires_at: 'This is in the past.' } } : null
    },
    send: async (client, entry) => {
      const expires_at = instantOf(entry('expires_at')) ?? null
      await oneByOne(secrets, target => client.call('secrets.update', { ...target, body: { expires_at } }))
      onClose()
      announce(
        expires_at === null ? `${amount(secrets.length)} never expire.` : `The expiry of ${amount(secrets.length)} is set.`,
      )
      await onDone()
    },
  })
  return (
    <Dialog title={`Edit expiry of ${amount(secrets.length)}`} onClose={onClose}>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <p>{summary(secrets)}</p>
        <Alert>{failure?.message}</Alert>
        <InstantField
          label="Expires"
          name="expires_at"
          hint="Leave it empty so that they never expire."
          error={failure?.fields?.['expires_at'] ?? ''}
        />
        <FormButtons onCancel={onClose} busy={busy}>
          Save
        </FormButtons>
      </form>
    </Dialog>
  )
}
