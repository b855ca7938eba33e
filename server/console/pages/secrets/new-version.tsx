import { useState } from 'react'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'
import { MissingKey } from '../vaults/customer-key/missing-key.tsx'
import type { Vault } from '../vaults/vault.ts'
import { Refused } from './refused.tsx'
import type { Summary } from './secret.ts'
import { bodyOf, FIELD_NAMES, faultsOf, SecretFields } from './secret-fields.tsx'
import { faultOf } from './value/new-value.ts'
import { ValueField } from './value/value-field.tsx'

interface NewVersionProps {
  vault: Vault
  path: string
  /** The newest version; unknown to a person who may write but not read. */
  previous?: Summary | undefined
  onClose(): void
  onDone(): void
}

/** Writes the next version of a secret. The current value is fetched only if the person asks to start from it. */
export function NewVersion({ vault, path, previous, onClose, onDone }: NewVersionProps) {
  const announce = useAnnounce()
  const [value, setValue] = useState('')
  const [refused, setRefused] = useState(false)
  const params = { vault_id: vault.id, path }
  const starting = useAction(async client => setValue((await client.call('secrets.get', { params })).value))
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: FIELD_NAMES,
    check: entry => {
      const fields = { value: faultOf(value), ...faultsOf(entry) }
      return Object.values(fields).some(Boolean) ? { fields } : null
    },
    failureOf: problem => {
      setRefused(problem.code === 'policy.denied')
      return undefined
    },
    send: async (client, entry) => {
      setRefused(false)
      const { version } = await client.call('secrets.put', { params, body: bodyOf(entry, value) })
      const overtook = previous !== undefined && version > previous.version + 1
      announce(
        overtook
          ? `Version ${version} is saved. Someone else saved version ${version - 1} in the meantime.`
          : `Version ${version} is written.`,
      )
      onClose()
      onDone()
    },
  })
  return (
    <Dialog title="New version" onClose={onClose}>
      <MissingKey vault={vault} />
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <p className="quiet">{path}</p>
        <Alert>{failure?.message}</Alert>
        {refused && <Refused vault={vault} permission="write" pattern={path} />}
        <ValueField value={value} onChange={setValue} error={failure?.fields?.['value']} />
        {previous && value === '' && (
          <div>
            <Button kind="link" busy={starting.busy} onClick={() => starting.run()}>
              Start from the current value
            </Button>
            <Alert>{starting.failure}</Alert>
          </div>
        )}
        <SecretFields previous={previous} follows failure={failure} />
        <FormButtons onCancel={onClose} busy={busy}>
          Save version
        </FormButtons>
      </form>
    </Dialog>
  )
}
