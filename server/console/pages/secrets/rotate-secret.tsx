import { useState } from 'react'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Field } from '../../ui/form/field.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'
import type { Entries, Failure } from '../../ui/form/submission.ts'
import type { Vault } from '../vaults/vault.ts'
import { ReadersBefore } from './readers.tsx'
import { Refused } from './refused.tsx'

interface RotateSecretProps {
  vault: Vault
  path: string
  /** The number of the newest version. */
  newest: number | undefined
  onClose(): void
  onDone(): void
}

const CHARSETS = {
  alphanumeric: 'Letters and digits',
  hex: 'Hexadecimal digits',
  base64: 'Base64 characters',
  ascii: 'All printable ASCII characters',
} as const

type Charset = keyof typeof CHARSETS

/** Has the server generate a random value, which is not shown. */
export function RotateSecret({ vault, path, newest, onClose, onDone }: RotateSecretProps) {
  const announce = useAnnounce()
  const [refused, setRefused] = useState(false)
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['length', 'charset'],
    check,
    failureOf: problem => {
      setRefused(problem.code === 'policy.denied')
      return undefined
    },
    send: async (client, entry) => {
      setRefused(false)
      const body = { length: Number(entry('length')), charset: entry('charset') as Charset }
      const { version } = await client.call('secrets.rotate', { params: { vault_id: vault.id, path }, body })
      announce(`Version ${version} has a random value.`)
      onClose()
      onDone()
    },
  })
  return (
    <Dialog title="Rotate secret" onClose={onClose}>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <p>
          Generates a random value on the server and saves it as a new version. Type, metadata and read limit carry over; the
          expiry is cleared.
        </p>
        <ReadersBefore vault={vault} path={path} newest={newest} />
        <Alert>{failure?.message}</Alert>
        {refused && <Refused vault={vault} permission="rotate" pattern={path} />}
        <Field
          label="Length"
          name="length"
          type="number"
          min={8}
          max={1024}
          step={1}
          autoComplete="off"
          defaultValue={32}
          required
          error={failure?.fields?.['length']}
        />
        <SelectField label="Made of" name="charset" error={failure?.fields?.['charset']}>
          {Object.entries(CHARSETS).map(([charset, label]) => (
            <option key={charset} value={charset}>
              {label}
            </option>
          ))}
        </SelectField>
        <FormButtons onCancel={onClose} busy={busy}>
          Rotate
        </FormButtons>
      </form>
    </Dialog>
  )
}

function check(entry: Entries): Failure | null {
  const length = Number(entry('length'))
  return Number.isInteger(length) && length >= 8 && length <= 1024
    ? null
    : { fields: { length: 'Enter a whole number from 8 to 1024.' } }
}
