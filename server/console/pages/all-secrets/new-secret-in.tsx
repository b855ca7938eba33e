import { useState } from 'react'
import { vaultAddress } from '../../address.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { ChoiceField } from '../../ui/form/choice-field.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'
import { navigate } from '../../ui/location.ts'
import { type VaultToChoose, WithVaults } from './with-vaults.tsx'

interface NewSecretInProps {
  onClose(): void
}

/** Asks for the vault of a new secret, and opens the form on the page of that vault. */
export function NewSecretIn({ onClose }: NewSecretInProps) {
  return (
    <Dialog title="New secret" onClose={onClose}>
      <WithVaults>{vaults => <Choice vaults={vaults} onClose={onClose} />}</WithVaults>
    </Dialog>
  )
}

function Choice({ vaults, onClose }: { vaults: readonly VaultToChoose[]; onClose(): void }) {
  const [id, setId] = useState(vaults[0]?.id ?? '')
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        const vault = vaults.find(each => each.id === id)
        if (vault) navigate(`${vaultAddress(vault)}?new=secret`)
      }}
      noValidate
    >
      <ChoiceField
        label="Vault"
        name="vault"
        choices={vaults.map(each => ({ value: each.id, label: each.name }))}
        value={id}
        onChange={setId}
      />
      <FormButtons onCancel={onClose} busy={false}>
        Continue
      </FormButtons>
    </form>
  )
}
