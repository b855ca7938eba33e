import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Field } from '../../ui/form/field.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'

interface RenameVaultProps {
  vault: { readonly id: string; readonly name: string; readonly description?: string | undefined }
  onClose(): void
  onDone(): Promise<void>
}

/** Gives a vault another name or description. */
export function RenameVault({ vault, onClose, onDone }: RenameVaultProps) {
  const announce = useAnnounce()
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['name', 'description'],
    check: entry => (entry('name').trim() ? null : { fields: { name: 'Enter a name.' } }),
    failureOf: problem => (problem.status === 409 ? { fields: { name: 'A vault with this name already exists.' } } : undefined),
    send: async (client, entry) => {
      const body = { name: entry('name').trim(), description: entry('description').trim() }
      await client.call('vaults.update', { params: { vault_id: vault.id }, body })
      onClose()
      announce(`The vault is now named ${body.name}.`)
      await onDone()
    },
  })
  return (
    <Dialog title={`Edit ${vault.name}`} onClose={onClose}>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <Field
          label="Name"
          name="name"
          autoComplete="off"
          maxLength={255}
          required
          defaultValue={vault.name}
          hint="References and .1claw.json files that use the old name must be changed."
          error={failure?.fields?.['name']}
        />
        <Field
          label="Description (optional)"
          name="description"
          autoComplete="off"
          maxLength={2_000}
          defaultValue={vault.description}
          error={failure?.fields?.['description']}
        />
        <FormButtons onCancel={onClose} busy={busy}>
          Save
        </FormButtons>
      </form>
    </Dialog>
  )
}
