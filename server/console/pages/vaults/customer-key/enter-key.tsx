import { useState } from 'react'
import { useSignedIn } from '../../../session/signed-in.tsx'
import { Button } from '../../../ui/form/button.tsx'
import type { Vault } from '../vault.ts'
import { KeyField } from './key-field.tsx'
import { enteredKey } from './written-key.ts'

/** Takes the customer key of a vault, so that this tab can open and write its values. */
export function EnterKey({ vault, label = 'Key of this vault' }: { vault: Vault; label?: string }) {
  const { keys } = useSignedIn()
  const [text, setText] = useState('')
  const [fault, setFault] = useState<string>()
  const enter = async () => {
    const entered = await enteredKey(text, vault.cmek_fingerprint)
    if (typeof entered === 'string') return setFault(entered)
    setText('')
    keys.enter(vault.id, entered.key)
  }
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        void enter()
      }}
      noValidate
    >
      <KeyField
        label={label}
        hint="It stays in this tab until you reload or sign out. It is not sent to the server."
        value={text}
        onChange={setText}
        error={fault}
      />
      <Button kind="primary" type="submit">
        Use this key
      </Button>
    </form>
  )
}
