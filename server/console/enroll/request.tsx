import type { FormEvent } from 'react'
import { SignedInAs } from '../account/signed-in-as.tsx'
import { When } from '../data/when.tsx'
import { Alert } from '../form/alert.tsx'
import { Button } from '../form/button.tsx'
import { Checks } from '../form/checks.tsx'
import { Field } from '../form/field.tsx'
import { SelectField } from '../form/select-field.tsx'
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
  return (
    <>
      <SelectField label="Vault" name="vault">
        {vaults.map(vault => (
          <option key={vault.id} value={vault.id}>
            {vault.name}
          </option>
        ))}
      </SelectField>
      <Field
        label="Paths it may reach"
        name="pattern"
        placeholder="prod/**"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={600}
        hint="* is one segment, ** any number. Leave it empty to grant nothing yet."
      />
      <Checks legend="It may" names={['read', 'write', 'delete', 'rotate'] as const} checked={['read']} />
    </>
  )
}
