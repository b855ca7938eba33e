import { type FormEvent, useId } from 'react'
import { SignedInAs } from '../account/signed-in-as.tsx'
import { When } from '../device/when.tsx'
import { Alert } from '../form/alert.tsx'
import { Button } from '../form/button.tsx'
import { Field } from '../form/field.tsx'
import { Heading } from '../heading.tsx'
import type { Session, SignedIn } from '../session.ts'
import { type Access, accessIn, type Standing, type Vault } from './standing.ts'

interface RequestProps {
  standing: Extract<Standing, { at: 'asking' }>
  who: SignedIn
  session: Session
  onApprove(access: Access | undefined): void
  onDeny(): void
}

/** Who asks, from where and when, what it gets, and the two answers. */
export function Request({ standing: { asked, vaults, busy = false, failure }, who, session, onApprove, onDeny }: RequestProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    onApprove(accessIn(new FormData(event.currentTarget)))
  }
  return (
    <>
      <Heading>Allow this agent?</Heading>
      <p>Allow it only if you expect it: what it says of itself is not verified.</p>
      <dl className="facts">
        <dt>Name</dt>
        <dd>{asked.name}</dd>
        {asked.description && <dt>Description</dt>}
        {asked.description && <dd>{asked.description}</dd>}
        <dt>Address</dt>
        <dd>{asked.requested_from}</dd>
        <dt>Requested</dt>
        <dd>
          <When instant={asked.requested_at} />
        </dd>
      </dl>
      <form onSubmit={submit}>
        {vaults.length > 0 && <Grant vaults={vaults} />}
        <SignedInAs session={session} who={who} />
        <Alert>{failure}</Alert>
        <div className="decision">
          <Button busy={busy} onClick={onDeny}>
            Deny
          </Button>
          <Button kind="primary" type="submit" busy={busy}>
            Allow
          </Button>
        </div>
      </form>
    </>
  )
}

function Grant({ vaults }: { vaults: readonly Vault[] }) {
  const id = useId()
  return (
    <>
      <div className="field">
        <label htmlFor={id}>Vault</label>
        <select id={id} name="vault" className="choice">
          {vaults.map(vault => (
            <option key={vault.id} value={vault.id}>
              {vault.name}
            </option>
          ))}
        </select>
      </div>
      <Field
        label="Paths it may reach"
        name="pattern"
        placeholder="prod/**"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={600}
        hint="* is one segment, ** any number. Leave it empty to grant nothing yet."
      />
      <fieldset className="choices">
        <legend>It may</legend>
        {(['read', 'write', 'delete', 'rotate'] as const).map(permission => (
          <label key={permission}>
            <input type="checkbox" name={permission} defaultChecked={permission === 'read'} /> {permission}
          </label>
        ))}
      </fieldset>
    </>
  )
}
