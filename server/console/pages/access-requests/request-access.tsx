import { useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { explain } from '../../failure.ts'
import { patternFault } from '../../ui/access/pattern.ts'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { EXACT } from '../../ui/form/exact.ts'
import { Field } from '../../ui/form/field.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'
import type { AccessRequest } from './access-request.tsx'
import { Asked } from './asked.tsx'
import { LENGTHS } from './lengths.ts'

type Permission = NonNullable<Contract['access-requests.create']['body']['permissions']>[number]

interface RequestAccessProps {
  vaultId: string
  permission: Permission
  /** The denied path; empty if it is unknown. */
  pattern: string
  /** Repeats what was denied, once the request is approved. */
  onApproved?: (() => void) | undefined
}

/** A button for a denied person: it asks the people who can grant access, and then shows their answer. */
export function RequestAccess({ onApproved, ...props }: RequestAccessProps) {
  const [asking, setAsking] = useState(false)
  const [asked, setAsked] = useState<AccessRequest>()
  if (asked) return <Asked first={asked} onApproved={onApproved} />
  return (
    <>
      <Button kind="primary" onClick={() => setAsking(true)}>
        Request access
      </Button>
      {asking && <RequestDialog {...props} onClose={() => setAsking(false)} onAsked={setAsked} />}
    </>
  )
}

const FIELDS = ['secret_path_pattern', 'reason', 'duration_seconds']

interface RequestDialogProps extends Omit<RequestAccessProps, 'onApproved'> {
  onClose(): void
  onAsked(request: AccessRequest): void
}

function RequestDialog({ vaultId, permission, pattern, onClose, onAsked }: RequestDialogProps) {
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: FIELDS,
    check: entry => {
      const wanted = entry('secret_path_pattern').trim()
      const fault = wanted === '' ? 'Enter a path or a pattern.' : patternFault(wanted)
      const fields = {
        ...(fault !== undefined && { secret_path_pattern: fault }),
        ...(entry('reason').trim() === '' && { reason: 'Enter a reason.' }),
      }
      return Object.keys(fields).length > 0 ? { fields } : null
    },
    failureOf: problem => (problem.status === 409 ? { message: explain(problem) } : undefined),
    send: async (client, entry) => {
      const request = await client.call('access-requests.create', {
        params: { vault_id: vaultId },
        body: {
          secret_path_pattern: entry('secret_path_pattern').trim(),
          permissions: [permission],
          reason: entry('reason').trim(),
          duration_seconds: Number(entry('duration_seconds')),
        },
      })
      onClose()
      onAsked(request)
    },
  })
  return (
    <Dialog title="Request access" onClose={onClose}>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <Field
          label="Paths"
          name="secret_path_pattern"
          defaultValue={pattern}
          {...EXACT}
          maxLength={600}
          required
          hint={`You ask to ${permission} them. * stands for one segment, ** for any number of them.`}
          error={failure?.fields?.['secret_path_pattern']}
        />
        <Field
          label="What you need it for"
          name="reason"
          maxLength={500}
          required
          autoComplete="off"
          error={failure?.fields?.['reason']}
        />
        <SelectField label="How long" name="duration_seconds" defaultValue="86400" error={failure?.fields?.['duration_seconds']}>
          {LENGTHS.map(({ seconds, label }) => (
            <option key={seconds} value={seconds}>
              {label}
            </option>
          ))}
        </SelectField>
        <p className="quiet">
          Owners, admins and people who manage the vault see your request. Approved access expires by itself.
        </p>
        <FormButtons onCancel={onClose} busy={busy}>
          Request access
        </FormButtons>
      </form>
    </Dialog>
  )
}
