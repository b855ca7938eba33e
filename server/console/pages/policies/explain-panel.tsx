import { useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { Badge } from '../../ui/data/badge.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { EXACT } from '../../ui/form/exact.ts'
import { Field } from '../../ui/form/field.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { principalOf } from '../../ui/people/names.tsx'
import { PrincipalField } from '../../ui/people/principal-field.tsx'
import { PERMISSION_NAMES, type Permission } from './policy.ts'
import { suggested } from './suggested.ts'

type Verdict = Contract['policies.explain']['reply']

interface ExplainPanelProps {
  vaultId: string
  paths: readonly string[]
}

/** Requests a decision of the server, and shows which rule decides. */
export function ExplainPanel({ vaultId, paths }: ExplainPanelProps) {
  const [verdict, setVerdict] = useState<Verdict | null>(null)
  const [path, setPath] = useState('')
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['path', 'ip'],
    check: entry => {
      const fields = {
        ...(entry('principal') === '' && { principal: 'Choose a person or an agent.' }),
        ...(entry('path').trim() === '' && { path: 'Enter a path.' }),
      }
      return Object.keys(fields).length > 0 ? { fields } : null
    },
    send: async (client, entry) => {
      setVerdict(null)
      const { type, id } = principalOf(entry('principal'))
      const ip = entry('ip').trim()
      const body = {
        principal_type: type,
        principal_id: id,
        permission: entry('permission') as Permission,
        path: entry('path').trim(),
        ...(ip !== '' && { ip }),
      }
      setVerdict(await client.call('policies.explain', { params: { vault_id: vaultId }, body }))
    },
  })
  const fault = (name: string) => failure?.fields?.[name]
  return (
    <Panel title="Check access">
      <form ref={ref} onSubmit={onSubmit} noValidate className="form-row">
        <PrincipalField label="Who" name="principal" error={fault('principal')} />
        <SelectField label="Permission" name="permission">
          {PERMISSION_NAMES.map(name => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
        <Field
          label="Path"
          name="path"
          {...EXACT}
          maxLength={512}
          list="paths-of-the-vault"
          value={path}
          onChange={event => setPath(event.target.value)}
          error={fault('path')}
        />
        <Field label="From the address" name="ip" autoComplete="off" placeholder="Yours" maxLength={64} error={fault('ip')} />
        <datalist id="paths-of-the-vault">
          {suggested(paths, path).map(path => (
            <option key={path} value={path} />
          ))}
        </datalist>
        <Button type="submit" busy={busy}>
          Check
        </Button>
      </form>
      <Alert>{failure?.message}</Alert>
      <div className="alert-region" role="status">
        {verdict && <Answer verdict={verdict} />}
      </div>
    </Panel>
  )
}

function Answer({ verdict: { allowed, reason, considered, policy_id } }: { verdict: Verdict }) {
  return (
    <div className="answer">
      <p>
        <Badge tone={allowed ? 'good' : 'bad'}>{allowed ? 'Allowed' : 'Denied'}</Badge> {reason}
      </p>
      {considered.length > 0 && (
        <ul>
          {considered.map(each => (
            <li key={each.policy_id}>
              <code>{each.secret_path_pattern}</code>: {each.outcome}
              {each.policy_id === policy_id && ' ← deciding rule'}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
