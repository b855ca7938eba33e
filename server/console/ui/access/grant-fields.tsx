import { useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { Checks } from '../form/checks.tsx'
import { ChoiceField } from '../form/choice-field.tsx'
import { Field } from '../form/field.tsx'
import type { Entries, Failure } from '../form/submission.ts'
import { patternFault } from './pattern.ts'

export type Vault = Contract['vaults.list']['reply']['vaults'][number]
export type Access = NonNullable<Contract['agents.approve']['body']['grant']>

const PERMISSIONS = ['read', 'write', 'delete', 'rotate'] as const

interface GrantFieldsProps {
  vaults: readonly Vault[]
  faults?: Failure['fields'] | undefined
  /** Nothing need be granted. */
  optional?: boolean
}

/** Which paths of which vault an agent may reach, and what it may do there. */
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
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={600}
        required={!optional}
        hint={`* is one segment, ** any number.${optional ? ' Leave it empty to grant nothing yet.' : ''}`}
        error={faults?.['pattern']}
      />
      <Checks legend="Permissions" names={PERMISSIONS} checked={['read']} error={faults?.['permissions']} />
    </>
  )
}

/** What the fields grant; undefined without a pattern, which is how to grant nothing yet. */
export function accessIn(entry: Entries): Access | undefined {
  const [vault, pattern] = [entry('vault'), entry('pattern').trim()]
  if (pattern === '' || vault === '') return undefined
  return { vault_id: vault, secret_path_pattern: pattern, permissions: PERMISSIONS.filter(each => entry(each) !== '') }
}

/** What is wrong with the fields, by their names; empty when nothing is. */
export function accessFaults(entry: Entries): Record<string, string> {
  const access = accessIn(entry)
  if (!access) return {}
  const pattern = patternFault(access.secret_path_pattern)
  return {
    ...(pattern !== undefined && { pattern }),
    ...(access.permissions.length === 0 && { permissions: 'Choose at least one.' }),
  }
}
