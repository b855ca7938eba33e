import { vaultAddress } from '../../address.ts'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Field } from '../../ui/form/field.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'
import type { Entries, Failure } from '../../ui/form/submission.ts'
import { navigate } from '../../ui/location.ts'

/** Asks for the name of a new vault, makes it, and goes there. */
export function NewVault({ onClose }: { onClose(): void }) {
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['name', 'description'],
    check,
    failureOf: problem => (problem.status === 409 ? { fields: { name: TAKEN } } : undefined),
    send: async (client, entry) => {
      const description = entry('description').trim()
      const body = { name: entry('name').trim(), ...(description && { description }) }
      navigate(vaultAddress(await client.call('vaults.create', { body })))
    },
  })
  return (
    <Dialog title="New vault" onClose={onClose}>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <Field label="Name" name="name" autoComplete="off" maxLength={255} required error={failure?.fields?.['name']} />
        <Field
          label="Description (optional)"
          name="description"
          autoComplete="off"
          maxLength={2_000}
          error={failure?.fields?.['description']}
        />
        <FormButtons onCancel={onClose} busy={busy}>
          Create
        </FormButtons>
      </form>
    </Dialog>
  )
}

const TAKEN = 'A vault with this name already exists.'

function check(entry: Entries): Failure | null {
  return entry('name').trim() ? null : { fields: { name: 'Enter a name.' } }
}
