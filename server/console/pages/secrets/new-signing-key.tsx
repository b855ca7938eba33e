import { useState } from 'react'
import { secretAddress } from '../../address.ts'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { EXACT } from '../../ui/form/exact.ts'
import { Field } from '../../ui/form/field.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'
import type { Entries, Failure } from '../../ui/form/submission.ts'
import { navigate } from '../../ui/location.ts'
import type { Vault } from '../vaults/vault.ts'
import { Refused } from './refused.tsx'

/** Has the key provider make a signing key that never leaves it, and opens its secret. */
export function NewSigningKey({ vault, onClose }: { vault: Vault; onClose(): void }) {
  const announce = useAnnounce()
  const [refused, setRefused] = useState<string | null>(null)
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['path'],
    check,
    failureOf: problem => {
      if (problem.code === 'policy.denied') setRefused(String(ref.current && new FormData(ref.current).get('path')).trim())
      return undefined
    },
    send: async (client, entry) => {
      setRefused(null)
      const path = entry('path').trim()
      const { address } = await client.call('intents.create-key', { params: { vault_id: vault.id, path } })
      announce(`The key of ${address} is made.`)
      navigate(secretAddress(vault, path))
    },
  })
  return (
    <Dialog title="New signing key" onClose={onClose}>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <p>
          The key provider makes a key on secp256k1 and keeps it. Agents that may read its path can have transactions signed;
          nobody can ever read the key itself, and it cannot be exported.
        </p>
        <Alert>{failure?.message}</Alert>
        {refused !== null && <Refused vault={vault} permission="write" pattern={refused} />}
        <Field
          label="Path"
          name="path"
          {...EXACT}
          maxLength={512}
          defaultValue="keys/"
          hint="keys/ethereum-signer is where agents look for the key of Ethereum, and so on for each chain."
          required
          error={failure?.fields?.['path']}
        />
        <FormButtons onCancel={onClose} busy={busy}>
          Create key
        </FormButtons>
      </form>
    </Dialog>
  )
}

function check(entry: Entries): Failure | null {
  const path = entry('path').trim()
  return path === '' || path.endsWith('/') ? { fields: { path: 'Enter a path, such as keys/ethereum-signer.' } } : null
}
