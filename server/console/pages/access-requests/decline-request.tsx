import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Field } from '../../ui/form/field.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'

interface DeclineRequestProps {
  id: string
  /** The requester. */
  who: string
  onClose(): void
  onDeclined(): void
}

/** Asks for the reason before a request for access is declined. */
export function DeclineRequest({ id, who, onClose, onDeclined }: DeclineRequestProps) {
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['note'],
    send: async (client, entry) => {
      const note = entry('note').trim()
      await client.call('access-requests.decline', { params: { request_id: id }, body: note === '' ? {} : { note } })
      onClose()
      onDeclined()
    },
  })
  return (
    <Dialog title={`Decline the request of ${who}?`} onClose={onClose}>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <Field
          label="Reason (optional)"
          name="note"
          autoComplete="off"
          maxLength={500}
          hint={`${who} sees it with the answer.`}
          error={failure?.fields?.['note']}
        />
        <FormButtons onCancel={onClose} busy={busy}>
          Decline
        </FormButtons>
      </form>
    </Dialog>
  )
}
