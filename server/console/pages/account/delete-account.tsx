import { useState } from 'react'
import { useSignedIn } from '../../session/signed-in.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Field } from '../../ui/form/field.tsx'
import { Panel } from '../../ui/layout/panel.tsx'

const CONFIRMATION = 'DELETE MY ACCOUNT'

/** Deletes the account permanently. */
export function DeleteAccount() {
  const [asking, ask] = useState(false)
  return (
    <Panel title="Delete the account">
      <p>
        Organisations of which you are the only member are deleted too, with their vaults, keys and agents. If an organisation has
        other members, another owner is needed first.
      </p>
      <div className="actions">
        <Button kind="danger" onClick={() => ask(true)}>
          Delete account
        </Button>
      </div>
      {asking && <Asking onClose={() => ask(false)} />}
    </Panel>
  )
}

function Asking({ onClose }: { onClose(): void }) {
  const { account, session } = useSignedIn()
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['confirmation'],
    check: entry =>
      entry('confirmation').trim() === CONFIRMATION ? null : { fields: { confirmation: `Type ${CONFIRMATION}, in capitals.` } },
    send: async client => {
      await client.call('account.delete', { body: { confirmation: CONFIRMATION } })
      session.startOver(`The account ${account.email} is deleted.`)
    },
  })
  return (
    <Dialog title="Delete your account?" onClose={onClose}>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <p>
          This deletes <strong>{account.email}</strong> and everything that only it could reach. This cannot be undone.
        </p>
        <Alert>{failure?.message}</Alert>
        <Field
          label={`Type ${CONFIRMATION}`}
          name="confirmation"
          autoComplete="off"
          spellCheck={false}
          maxLength={64}
          required
          error={failure?.fields?.['confirmation']}
        />
        <div className="decision">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" type="submit" busy={busy}>
            Delete permanently
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
