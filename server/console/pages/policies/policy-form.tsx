import type { Problem } from '../../../../src/problem.ts'
import { explain, explainField } from '../../failure.ts'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Checks } from '../../ui/form/checks.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'
import { InstantField, instantOf } from '../../ui/form/instant-field.tsx'
import type { Entries, Failure } from '../../ui/form/submission.ts'
import { Name } from '../../ui/people/names.tsx'
import { conditionsOf, limitsFrom, limitsOf } from './conditions.ts'
import { ConditionsFields } from './conditions-fields.tsx'
import { PERMISSION_NAMES, PERMISSIONS, type Permission, type Policy } from './policy.ts'

interface PolicyFormProps {
  vaultId: string
  /** The principal and the paths do not change. */
  policy: Policy
  onClose(): void
  onDone(): void
}

/** Changes a policy. */
export function PolicyForm({ vaultId, policy, onClose, onDone }: PolicyFormProps) {
  const announce = useAnnounce()
  const limits = limitsOf(policy.conditions)
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: [],
    check: checked,
    failureOf: problem => {
      // It was deleted in the meantime, which the list behind the form should show.
      if (problem.status === 404) onDone()
      return refused(problem)
    },
    send: async (client, entry) => {
      const given = {
        permissions: permissionsOf(entry),
        expires_at: instantOf(entry('expires_at')) ?? null,
        // Conditions that this form cannot show are not changed.
        ...(limits && { conditions: conditionsOf(limitsFrom(entry)) }),
      }
      await client.call('policies.update', { params: { vault_id: vaultId, policy_id: policy.id }, body: given })
      announce('Policy saved. It takes effect now.')
      onClose()
      onDone()
    },
  })
  const fault = (name: string) => failure?.fields?.[name]
  return (
    <Dialog title="Edit policy" onClose={onClose}>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <dl className="facts">
          <dt>Who</dt>
          <dd>
            <Name of={`${policy.principal_type}:${policy.principal_id}`} />
          </dd>
          <dt>Paths</dt>
          <dd>
            <code>{policy.secret_path_pattern}</code>
          </dd>
        </dl>
        <div className="stacked">
          <Checks
            legend="Can"
            names={PERMISSION_NAMES}
            labels={PERMISSIONS}
            checked={policy.permissions as Permission[]}
            error={fault('permissions')}
          />
        </div>
        <InstantField label="Expires (optional)" name="expires_at" initial={policy.expires_at} error={fault('expires_at')} />
        {limits ? (
          <ConditionsFields limits={limits} failure={failure} />
        ) : (
          <p className="warning">This policy has conditions that this page cannot show. They are not changed.</p>
        )}
        <FormButtons onCancel={onClose} busy={busy}>
          Save
        </FormButtons>
      </form>
    </Dialog>
  )
}

function permissionsOf(entry: Entries): Permission[] {
  return PERMISSION_NAMES.filter(name => entry(name) === 'on')
}

function checked(entry: Entries): Failure | null {
  const ends = instantOf(entry('expires_at'))
  const fields = {
    ...(permissionsOf(entry).length === 0 && { permissions: 'Choose at least one.' }),
    ...(ends !== undefined && Date.parse(ends) <= Date.now() && { expires_at: 'This is in the past.' }),
  }
  return Object.keys(fields).length > 0 ? { fields } : null
}

/** Errors that are shown at a field of the form. */
const SHOWN = /^(permissions|expires_at|conditions\..*)$/

/** The server names the position of an error in the conditions. */
function refused(problem: Problem): Failure {
  const faults = Object.entries(problem.extras.fields ?? {})
  if (!faults.every(([name]) => SHOWN.test(name)) || faults.length === 0) return { message: explain(problem) }
  return { fields: Object.fromEntries(faults.map(([name, fault]) => [name, explainField(fault)])) }
}
