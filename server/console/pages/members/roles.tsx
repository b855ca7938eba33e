import { SelectField } from '../../ui/form/select-field.tsx'

export const ROLES = ['member', 'admin', 'owner'] as const
export type Role = (typeof ROLES)[number]

const MEANING: Readonly<Record<Role, string>> = {
  member: 'Member: can access what policies grant, and see the other members',
  admin: 'Admin: can also manage members, agents, vaults and policies',
  owner: 'Owner: can also add and remove owners',
}

interface RoleFieldProps {
  /** The default role. */
  chosen: string
  /** Only owners can appoint owners. */
  byOwner: boolean
  error?: string | undefined
}

/** A choice of role, and what each may do. */
export function RoleField({ chosen, byOwner, error }: RoleFieldProps) {
  return (
    <SelectField label="Role" name="role" defaultValue={chosen} error={error}>
      {ROLES.filter(role => role !== 'owner' || byOwner || chosen === 'owner').map(role => (
        <option key={role} value={role}>
          {MEANING[role]}
        </option>
      ))}
    </SelectField>
  )
}

/** The role of a form's entry. */
export function roleOf(entry: string): Role {
  return ROLES.find(role => role === entry) ?? 'member'
}
