import { vaultAddress } from '../../address.ts'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { FormDialog } from '../../ui/dialog/form-dialog.tsx'
import { Field } from '../../ui/form/field.tsx'
import type { Entries, Failure } from '../../ui/form/submission.ts'
import { navigate } from '../../ui/location.ts'

/** Asks for the name of a new vault, makes it, and goes there. */
export function NewVault({ onClose }: { onClose(): void }) {
  const form = useSignedInForm({
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
    <FormDialog title="New vault" form={form} submit="Create" onClose={onClose}>
      <Field label="Name" name="name" autoComplete="off" maxLength={255} required error={form.failure?.fields?.['name']} />
      <Field
        label="Description (optional)"
        name="description"
        autoComplete="off"
        maxLength={2_000}
        error={form.failure?.fields?.['description']}
      />
    </FormDialog>
  )
}

const TAKEN = 'A vault with this name already exists.'

function check(entry: Entries): Failure | null {
  return entry('name').trim() ? null : { fields: { name: 'Enter a name.' } }
}
