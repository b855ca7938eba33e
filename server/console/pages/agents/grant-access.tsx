import { accessFaults, accessIn, GrantFields, type Vault } from '../../ui/access/grant-fields.tsx'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { dayFault, endOfDay } from '../../ui/form/date.ts'
import { Field } from '../../ui/form/field.tsx'
import { type Entries, type Failure, refusal } from '../../ui/form/submission.ts'
import { Link } from '../../ui/link.tsx'
import type { Agent } from './agent.ts'

interface GrantAccessProps {
  agent: Agent
  vaults: readonly Vault[]
  onDone(): Promise<void>
  onClose(): void
}

const MANAGERS = 'Only owners, admins and who manages the vault may grant what is in it.'

/** Makes a policy for an agent. */
export function GrantAccess({ agent, vaults, onDone, onClose }: GrantAccessProps) {
  const announce = useAnnounce()
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['secret_path_pattern', 'expires_at'],
    check,
    failureOf: problem => {
      const { fields, ...rest } = refusal(problem, ['secret_path_pattern', 'expires_at'], MANAGERS)
      return fields ? { fields: { pattern: fields['secret_path_pattern'], expires_at: fields['expires_at'] } } : rest
    },
    send: async (client, entry) => {
      const access = accessIn(entry)
      if (!access) return
      const { vault_id, ...granted } = access
      const body = {
        ...granted,
        principal_type: 'agent',
        principal_id: agent.id,
        expires_at: endOfDay(entry('expires_at')),
      } as const
      await client.call('policies.create', { params: { vault_id }, body })
      onClose()
      announce(`${agent.name} has access to ${access.secret_path_pattern}.`)
      await onDone()
    },
  })
  return (
    <Dialog title={`Grant ${agent.name} access`} onClose={onClose}>
      {vaults.length === 0 ? (
        <p>
          There is no vault yet. <Link to="/vaults">Make one</Link> first.
        </p>
      ) : (
        <form ref={ref} onSubmit={onSubmit} noValidate>
          <GrantFields vaults={vaults} faults={failure?.fields} />
          <Field
            label="Last day (optional)"
            name="expires_at"
            type="date"
            autoComplete="off"
            error={failure?.fields?.['expires_at']}
          />
          <Alert>{failure?.message}</Alert>
          <div className="decision">
            <Button onClick={onClose}>Cancel</Button>
            <Button kind="primary" type="submit" busy={busy}>
              Grant
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  )
}

function check(entry: Entries): Failure | null {
  const day = dayFault(entry('expires_at'), new Date())
  const fields = {
    ...(entry('pattern').trim() === '' && { pattern: 'Say which paths, like prod/**.' }),
    ...accessFaults(entry),
    ...(day !== undefined && { expires_at: day }),
  }
  return Object.keys(fields).length > 0 ? { fields } : null
}
