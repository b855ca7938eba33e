import { useEffect, useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import type { Contract } from '../../../../src/contract/all.ts'
import { Checks } from '../form/checks.tsx'
import { ChoiceField } from '../form/choice-field.tsx'
import { EXACT } from '../form/exact.ts'
import { Field } from '../form/field.tsx'
import type { Entries, Failure } from '../form/submission.ts'
import { patternFault } from './pattern.ts'

export type Vault = Contract['vaults.list']['reply']['vaults'][number]
export type Access = NonNullable<Contract['agents.approve']['body']['grant']>

const PERMISSIONS = ['read', 'write', 'delete', 'rotate'] as const

interface GrantFieldsProps {
  /** For an example from the chosen vault. */
  client: Client
  vaults: readonly Vault[]
  faults?: Failure['fields'] | undefined
  /** The fields can be left empty. */
  optional?: boolean
}

/** Fields for the access of an agent: a vault, a pattern of paths, and permissions. */
export function GrantFields({ client, vaults, faults, optional = false }: GrantFieldsProps) {
  const [vault, choose] = useState(vaults[0]?.id ?? '')
  const example = useFirstPath(client, vault)
  return (
    <>
      <ChoiceField
        label="Vault"
        name="vault"
        choices={vaults.map(({ id, name }) => ({ value: id, label: name }))}
        value={vault}
        onChange={choose}
      />
      <Field
        label="Paths"
        name="pattern"
        placeholder={example}
        {...EXACT}
        maxLength={600}
        required={!optional}
        hint={`* is one segment, ** any number.${optional ? ' Leave it empty to grant nothing yet.' : ''}`}
        error={faults?.['pattern']}
      />
      <Checks legend="Permissions" names={PERMISSIONS} checked={['read']} error={faults?.['permissions']} />
    </>
  )
}

/** An existing path of the vault, so that nobody thinks that the name of the vault is part of it; undefined if there is none. */
function useFirstPath(client: Client, vault: string): string | undefined {
  const [found, setFound] = useState<{ readonly vault: string; readonly path: string | undefined }>()
  useEffect(() => {
    if (vault === '') return undefined
    let isLate = false
    client.call('secrets.list', { params: { vault_id: vault }, query: { limit: 1 } }).then(
      ({ secrets: [first] }) => isLate || setFound({ vault, path: first?.path }),
      // Without an example, the field works the same.
      () => undefined,
    )
    return () => {
      isLate = true
    }
  }, [client, vault])
  return found?.vault === vault ? found.path : undefined
}

/** The access in the fields; undefined without a pattern, which means that nothing is granted yet. */
export function accessIn(entry: Entries): Access | undefined {
  const [vault, pattern] = [entry('vault'), entry('pattern').trim()]
  if (pattern === '' || vault === '') return undefined
  return { vault_id: vault, secret_path_pattern: pattern, permissions: PERMISSIONS.filter(each => entry(each) !== '') }
}

/** The faults of the fields, by their names. */
export function accessFaults(entry: Entries): Record<string, string> {
  const access = accessIn(entry)
  if (!access) return {}
  const pattern = patternFault(access.secret_path_pattern)
  return {
    ...(pattern !== undefined && { pattern }),
    ...(access.permissions.length === 0 && { permissions: 'Choose at least one.' }),
  }
}
