import { useSignedInForm } from '../../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../../ui/dialog/dialog.tsx'
import { Alert } from '../../../ui/form/alert.tsx'
import { Check } from '../../../ui/form/check.tsx'
import { EXACT } from '../../../ui/form/exact.ts'
import { Field } from '../../../ui/form/field.tsx'
import { FormButtons } from '../../../ui/form/form-buttons.tsx'
import type { Entries, Failure } from '../../../ui/form/submission.ts'

interface AddChainProps {
  onClose(): void
  /** With the name of the new chain. */
  onDone(name: string): Promise<void>
}

/** Asks for a chain that is not built in, such as a local one. For platform administrators. */
export function AddChain({ onClose, onDone }: AddChainProps) {
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['name', 'chain_id', 'rpc_url', 'native_currency'],
    check,
    send: async (client, entry) => {
      const currency = entry('native_currency').trim()
      const body = {
        name: entry('name').trim(),
        display_name: entry('name').trim(),
        chain_id: Number(entry('chain_id')),
        rpc_url: entry('rpc_url').trim(),
        is_testnet: entry('is_testnet') !== '',
        ...(currency && { native_currency: currency }),
      }
      const { name } = await client.call('chains.create', { body })
      await onDone(name)
      onClose()
    },
  })
  const fault = (name: string) => failure?.fields?.[name]
  return (
    <Dialog title="Add chain" onClose={onClose}>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <Field
          {...EXACT}
          label="Name"
          name="name"
          maxLength={64}
          placeholder="local"
          required
          hint="Requests use this name."
          error={fault('name')}
        />
        <Field
          {...EXACT}
          label="Chain id"
          name="chain_id"
          inputMode="numeric"
          maxLength={16}
          placeholder="31337"
          required
          error={fault('chain_id')}
        />
        <Field
          {...EXACT}
          label="URL of a node"
          name="rpc_url"
          inputMode="url"
          maxLength={2000}
          placeholder="http://127.0.0.1:8545"
          required
          hint="The server calls it. It can be on the server’s own machine."
          error={fault('rpc_url')}
        />
        <Field
          {...EXACT}
          label="Currency (optional)"
          name="native_currency"
          maxLength={16}
          placeholder="ETH"
          error={fault('native_currency')}
        />
        <Check label="Test network" name="is_testnet" checked />
        <FormButtons onCancel={onClose} busy={busy}>
          Add
        </FormButtons>
      </form>
    </Dialog>
  )
}

function check(entry: Entries): Failure | null {
  const fields = {
    name: entry('name').trim() === '' ? 'Enter a name.' : undefined,
    chain_id: /^[1-9]\d{0,15}$/.test(entry('chain_id')) ? undefined : 'Enter the chain id, a whole number such as 31337.',
    rpc_url: /^https?:\/\/./.test(entry('rpc_url').trim()) ? undefined : 'Enter a URL that starts with http:// or https://.',
  }
  return Object.values(fields).some(Boolean) ? { fields } : null
}
