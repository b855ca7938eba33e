import { useState } from 'react'
import { secretAddress } from '../../address.ts'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { EXACT } from '../../ui/form/exact.ts'
import { Field } from '../../ui/form/field.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'
import { navigate } from '../../ui/location.ts'
import { MissingKey } from '../vaults/customer-key/missing-key.tsx'
import type { Vault } from '../vaults/vault.ts'
import { Refused } from './refused.tsx'
import { bodyOf, FIELD_NAMES, faultsOf, SecretFields } from './secret-fields.tsx'
import { faultOf } from './value/new-value.ts'
import { ValueField } from './value/value-field.tsx'

interface NewSecretProps {
  vault: Vault
  /** The current folder, with its final slash. */
  prefix: string
  onClose(): void
  /** Called if the person wants to create a signing key instead. */
  onSigningKey(): void
}

/** Writes a secret and opens its page. */
export function NewSecret({ vault, prefix, onClose, onSigningKey }: NewSecretProps) {
  const announce = useAnnounce()
  const [path, setPath] = useState(prefix)
  const [value, setValue] = useState('')
  const [type, setType] = useState('')
  const [refused, setRefused] = useState(false)
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: FIELD_NAMES,
    check: entry => {
      const fields = {
        path: path.trim() === '' || path.endsWith('/') ? 'Enter a path, such as app/database/password.' : undefined,
        value: faultOf(value),
        ...faultsOf(entry),
      }
      return Object.values(fields).some(Boolean) ? { fields } : null
    },
    failureOf: problem => {
      setRefused(problem.code === 'policy.denied')
      return undefined
    },
    send: async (client, entry) => {
      setRefused(false)
      const params = { vault_id: vault.id, path: path.trim() }
      const { version } = await client.call('secrets.put', { params, body: bodyOf(entry, value) })
      if (version > 1) announce(`This path already had a secret. Saved as version ${version}.`)
      navigate(secretAddress(vault, params.path))
    },
  })
  return (
    <Dialog title="New secret" onClose={onClose}>
      <MissingKey vault={vault} />
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        {refused && <Refused vault={vault} permission="write" pattern={path.trim()} />}
        <Field
          label="Path"
          name="path"
          {...EXACT}
          maxLength={512}
          hint="Segments joined by slashes: app/database/password"
          required
          value={path}
          onChange={event => setPath(event.target.value)}
          error={failure?.fields?.['path']}
        />
        <ValueField value={value} onChange={setValue} error={failure?.fields?.['value']} />
        <SecretFields failure={failure} onType={setType} />
        {type === 'private_key' && (
          <p className="warning">
            A key to sign transactions with? One that never leaves the key provider is safer: nobody can read it.{' '}
            <Button kind="link" onClick={onSigningKey}>
              Create a signing key instead
            </Button>
          </p>
        )}
        <FormButtons onCancel={onClose} busy={busy}>
          Save secret
        </FormButtons>
      </form>
    </Dialog>
  )
}
