import { useState } from 'react'
import { scopeFault } from '../../ui/access/pattern.ts'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { dayFault, endOfDay } from '../../ui/form/date.ts'
import { EXACT } from '../../ui/form/exact.ts'
import { Field } from '../../ui/form/field.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'
import { lineFault, linesOf } from '../../ui/form/lines.ts'
import { SelectField } from '../../ui/form/select-field.tsx'
import type { Entries, Failure } from '../../ui/form/submission.ts'
import { TextArea } from '../../ui/form/text-area.tsx'
import type { ApiKey } from './api-key.ts'

export interface MadeKey {
  readonly key: ApiKey
  /** The key itself. */
  readonly value: string
  /** How long the key that it replaces still works. */
  readonly kept?: string
}

interface NewApiKeyProps {
  onMade(made: MadeKey): Promise<void>
  onClose(): void
}

/** Makes a personal API key. */
export function NewApiKey({ onMade, onClose }: NewApiKeyProps) {
  const [confined, confine] = useState(false)
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['name', 'expires_at', 'scopes'],
    check,
    send: async (client, entry) => {
      const scopes = linesOf(entry('scopes'))
      const expires_at = endOfDay(entry('expires_at'))
      const body = {
        name: entry('name').trim(),
        ...(expires_at !== null && { expires_at }),
        ...(scopes.length > 0 && { scopes }),
      }
      const { key, api_key: value } = await client.call('api-keys.create', { body })
      await onMade({ key, value })
    },
  })
  return (
    <Dialog title="New API key" onClose={onClose}>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Field
          label="Name"
          name="name"
          autoComplete="off"
          maxLength={255}
          required
          hint="What uses this key, so that you recognise it later."
          error={failure?.fields?.['name']}
        />
        <Field
          label="Expires (optional)"
          name="expires_at"
          type="date"
          autoComplete="off"
          hint="The key stops working after this time."
          error={failure?.fields?.['expires_at']}
        />
        <SelectField
          label="Access"
          name="reach"
          value={confined ? 'paths' : 'all'}
          hint={
            confined
              ? 'It cannot manage vaults, policies, agents or keys.'
              : 'It can manage everything you can, but cannot create keys.'
          }
          onChange={event => confine(event.currentTarget.value === 'paths')}
        >
          <option value="all">Everything I can access</option>
          <option value="paths">Only some paths</option>
        </SelectField>
        {confined && (
          <TextArea
            label="Paths"
            name="scopes"
            {...EXACT}
            rows={3}
            required
            placeholder="prod/payments/**"
            hint="One pattern a line: * is one segment, ** any number."
            error={failure?.fields?.['scopes']}
          />
        )}
        <Alert>{failure?.message}</Alert>
        <FormButtons onCancel={onClose} busy={busy}>
          Create
        </FormButtons>
      </form>
    </Dialog>
  )
}

function check(entry: Entries): Failure | null {
  const paths = linesOf(entry('scopes')).filter(scope => !scope.includes(':'))
  const unconfined = entry('reach') === 'paths' && paths.length === 0 ? 'Enter at least one path.' : undefined
  const faults = {
    name: entry('name').trim() ? undefined : 'Enter a name.',
    expires_at: dayFault(entry('expires_at'), new Date()),
    scopes: lineFault(entry('scopes'), scopeFault) ?? unconfined,
  }
  return Object.values(faults).some(Boolean) ? { fields: faults } : null
}
