import { useState } from 'react'
import { useSignedInForm } from '../../../ui/data/use-signed-in-form.ts'
import { Alert } from '../../../ui/form/alert.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { ChoiceField } from '../../../ui/form/choice-field.tsx'
import { Field } from '../../../ui/form/field.tsx'
import { SelectField } from '../../../ui/form/select-field.tsx'
import { navigate } from '../../../ui/location.ts'
import type { Registration, SigningKey } from './registration.ts'
import { StepPanel } from './steps.tsx'
import type { VaultsAndChains } from './vaults-and-chains.ts'

interface KeyFormProps extends VaultsAndChains {
  registration: Registration
  onMade(key: SigningKey): void
}

/** The first step: the chain that the agent signs for, and a new key for it. */
export function KeyForm({ vaults, chains, registration, onMade }: KeyFormProps) {
  const [vault, chooseVault] = useState('')
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['name'],
    check: entry => (entry('name').trim() ? null : { fields: { name: 'Enter a name.' } }),
    send: async (client, entry) => {
      const chain = chains.find(({ name }) => name === entry('chain'))
      if (!chain) return
      const found = vaults.find(({ id }) => id === vault)
      onMade(await registration.makeKey(client, entry('name').trim(), chain, found))
    },
  })
  return (
    <StepPanel at="key">
      {chains.length === 0 ? (
        <p>This server has no chain enabled. Its administrator can add one with 1claw admin chains add.</p>
      ) : (
        <form ref={ref} onSubmit={onSubmit} noValidate>
          <p className="quiet">
            The key is made in the key provider of this server and never leaves it. The agent asks for signatures and never sees
            the key.
          </p>
          <Alert>{failure?.message}</Alert>
          <Field
            label="Name of the agent"
            name="name"
            autoComplete="off"
            maxLength={240}
            placeholder="trader"
            required
            error={failure?.fields?.['name']}
          />
          <SelectField label="Chain" name="chain">
            {chains.map(({ name, display_name, chain_id }) => (
              <option key={name} value={name}>{`${display_name} (${chain_id})`}</option>
            ))}
          </SelectField>
          <ChoiceField
            label="Vault of its key"
            name="vault"
            hint="The people who manage the vault decide who can use the key."
            choices={[
              { value: '', label: 'A new vault, for this key alone' },
              ...vaults.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            value={vault}
            onChange={chooseVault}
          />
          <div className="decision">
            <Button onClick={() => navigate('/agents')}>Cancel</Button>
            <Button kind="primary" type="submit" busy={busy}>
              Create the key
            </Button>
          </div>
        </form>
      )}
    </StepPanel>
  )
}
