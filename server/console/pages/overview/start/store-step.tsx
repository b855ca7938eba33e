import { useState } from 'react'
import type { Client } from '../../../../../src/client/client.ts'
import { isServers } from '../../../address.ts'
import { useSignedInForm } from '../../../ui/data/use-signed-in-form.ts'
import { Alert } from '../../../ui/form/alert.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { EXACT } from '../../../ui/form/exact.ts'
import { Field } from '../../../ui/form/field.tsx'
import { TextArea } from '../../../ui/form/text-area.tsx'
import { dotenvEntries, type Entry } from '../../all-secrets/import/entries-in.ts'

/** The first vault, created along the way. */
const VAULT = 'prod'
const VARIABLE = /^[A-Z_][A-Z0-9_]*$/

/** A first secret, or a whole `.env`, pasted and saved in an existing or a new vault. */
export function StoreStep({ onDone }: { onDone(): Promise<void> }) {
  const [text, setText] = useState('')
  const variables = variablesIn(text)
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['value', 'path'],
    check: entry => {
      const value = text.trim() === '' ? 'Paste a value, or the lines of a .env file.' : undefined
      const path = variables.length === 0 && entry('path').trim() === '' ? 'Enter a path, such as app/api-key.' : undefined
      return value || path ? { fields: { value, path } } : null
    },
    send: async (client, entry) => {
      const secrets = variables.length > 0 ? [...variables] : [{ path: entry('path').trim(), value: text.trim() }]
      await client.call('secrets.put-many', { params: { vault_id: await vaultOf(client) }, body: { secrets } })
      setText('')
      await onDone()
    },
  })
  return (
    <form ref={ref} onSubmit={onSubmit} noValidate>
      <Alert>{failure?.message}</Alert>
      <TextArea
        label="A value, or the lines of a .env file"
        name="value"
        rows={3}
        {...EXACT}
        value={text}
        error={failure?.fields?.['value']}
        onChange={event => setText(event.target.value)}
      />
      {variables.length > 0 ? (
        <p role="status">Paths: {variables.map(({ path }) => path).join(', ')}</p>
      ) : (
        <Field label="Path" name="path" defaultValue="app/api-key" {...EXACT} maxLength={512} error={failure?.fields?.['path']} />
      )}
      <Button kind="primary" type="submit" busy={busy}>
        {variables.length > 1 ? `Save ${variables.length} secrets` : 'Save secret'}
      </Button>
    </form>
  )
}

/** The entries of a `.env`; none for any other text: a single value can contain an equals sign, too. */
function variablesIn(text: string): readonly Entry[] {
  const entries = dotenvEntries(text).filter(({ value }) => value !== '')
  return entries.every(({ path }) => VARIABLE.test(path)) ? [...new Map(entries.map(entry => [entry.path, entry])).values()] : []
}

async function vaultOf(client: Client): Promise<string> {
  const { vaults } = await client.call('vaults.list')
  const first = vaults.find(vault => !isServers(vault)) ?? (await client.call('vaults.create', { body: { name: VAULT } }))
  return first.id
}
