import { useState } from 'react'
import { useSignedIn } from '../../../session/signed-in.tsx'
import { useSignedInForm } from '../../../ui/data/use-signed-in-form.ts'
import { Alert } from '../../../ui/form/alert.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { ChoiceField } from '../../../ui/form/choice-field.tsx'
import { Field } from '../../../ui/form/field.tsx'
import { SelectField } from '../../../ui/form/select-field.tsx'
import { navigate } from '../../../ui/location.ts'
import { AddChain } from './add-chain.tsx'
import type { Registration, SigningKey } from './registration.ts'
import { StepPanel } from './steps.tsx'
import type { VaultsAndChains } from './vaults-and-chains.ts'

interface KeyFormProps extends VaultsAndChains {
  registration: Registration
  /** Loads the chains and vaults again. */
  reload(): Promise<void>
  onMade(key: SigningKey): void
}

/** The first step: the chain that the agent signs for, and a new key for it. */
export function KeyForm({ vaults, chains, runsServer, reload, registration, onMade }: KeyFormProps) {
  const { account } = useSignedIn()
  const [vault, chooseVault] = useState('')
  const [chosen, chooseChain] = useState('')
  const [isAdding, add] = useState(false)
  const [existing, show] = useState<SigningKey>()
  const canAdd = runsServer && account.role !== 'member'
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['name'],
    check: entry => (entry('name').trim() ? null : { fields: { name: 'Enter a name.' } }),
    send: async (client, entry) => {
      const chain = chains.find(({ name }) => name === entry('chain'))
      if (!chain) return
      const name = entry('name').trim()
      const home = vaults.find(({ id }) => id === vault)
      const found = home && (await registration.existingKey(client, name, chain, home))
      if (found) show(found)
      else onMade(await registration.makeKey(client, name, chain, home))
    },
  })
  return (
    <StepPanel at="key">
      {chains.length === 0 ? (
        <>
          <p>This server has no chain enabled.{canAdd ? '' : ' Its administrator can add one.'}</p>
          {canAdd && <Button onClick={() => add(true)}>Add chain</Button>}
        </>
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
          <SelectField
            label="Chain"
            name="chain"
            value={chosen || chains[0]?.name}
            onChange={event => {
              chooseChain(event.target.value)
              show(undefined)
            }}
          >
            {chains.map(({ name, display_name, chain_id }) => (
              <option key={name} value={name}>{`${display_name} (${chain_id})`}</option>
            ))}
          </SelectField>
          {canAdd && (
            <Button kind="link" onClick={() => add(true)}>
              Add chain
            </Button>
          )}
          <ChoiceField
            label="Vault of its key"
            name="vault"
            hint="The people who manage the vault decide who can use the key."
            choices={[
              { value: '', label: 'A new vault, for this key alone' },
              ...vaults.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            value={vault}
            onChange={id => {
              chooseVault(id)
              show(undefined)
            }}
          />
          {existing && <Existing signingKey={existing} onUse={() => onMade(existing)} />}
          <div className="decision">
            <Button onClick={() => navigate('/agents')}>Cancel</Button>
            <Button kind="primary" type="submit" busy={busy}>
              Create the key
            </Button>
          </div>
        </form>
      )}
      {isAdding && (
        <AddChain
          onClose={() => add(false)}
          onDone={async name => {
            await reload()
            chooseChain(name)
          }}
        />
      )}
    </StepPanel>
  )
}

/** The vault has a key for the chain: it can be used, but not replaced. */
function Existing({ signingKey: { chain, vault, path, address }, onUse }: { signingKey: SigningKey; onUse(): void }) {
  return (
    <>
      <Alert>
        {`The vault ${vault.name} has a key for ${chain.display_name} already, at ${path}. Use it, or choose another vault or a new one. Everyone who can use it signs for the same address: ${address}.`}
      </Alert>
      <div className="actions">
        <Button onClick={onUse}>Use the existing key</Button>
      </div>
    </>
  )
}
