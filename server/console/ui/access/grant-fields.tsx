import { useState } from 'react'
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
  vaults: readonly Vault[]
  faults?: Failure['fields'] | undefined
  /** The fields can be left empty. */
  optional?: boolean
}

/** Fields for the access of an agent: a vault, a pattern of paths, and permissions. */
export function GrantFields({ vaults, faults, optional = false }: GrantFieldsProps) {
  const [vault, choose] = useState(vaults[0]?.id ?? '')
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
        placeholder="prod/**"
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
