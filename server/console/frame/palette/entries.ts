import { secretAddress, vaultAddress } from '../../address.ts'
import type { Account } from '../../session/session.ts'
import type { Found } from '../../ui/all-found.ts'
import { sections } from '../sections.tsx'
import type { Entry } from './entry.ts'

/** Everything with a name, and the actions for it. */
export function entriesOf(found: readonly Found[], { role }: Account): Entry[] {
  const names = new Map(found.map(({ kind, id, name }) => [`${kind === 'person' ? 'user' : kind}:${id}`, name]))
  const vaults = found.filter(({ kind }) => kind === 'vault')
  return [
    ...found.map(each => entryOf(each, names)),
    ...ACTIONS.filter(({ forAdmins }) => !forAdmins || role !== 'member').map(({ label, to }) => {
      return { id: `action ${to}`, group: 'Actions', label, to } as const
    }),
    ...vaults.map(vault => {
      const to = `${vaultAddress(vault)}?new=secret`
      return { id: `action ${vault.id}`, group: 'Actions', label: `New secret in ${vault.name}`, to } as const
    }),
    ...sections
      .filter(({ forAdmins }) => !forAdmins || role !== 'member')
      .map(({ name, label }) => ({ id: `page ${name}`, group: 'Pages', label, to: `/${name}` }) as const),
  ]
}

const ACTIONS: readonly { readonly label: string; readonly to: string; readonly forAdmins?: boolean }[] = [
  { label: 'New vault', to: '/vaults?new=vault' },
  { label: 'Register an agent', to: '/agents/new' },
  { label: 'New signing agent', to: '/agents/new/signing' },
  { label: 'Approve a terminal sign-in', to: '/cli/verify' },
  { label: 'Invite someone', to: '/members?new=invitation', forAdmins: true },
  { label: 'Verify the audit log', to: '/audit?verify=now', forAdmins: true },
]

function entryOf({ kind, id, name, about, vault_id = '', vault_name = '' }: Found, names: ReadonlyMap<string, string>): Entry {
  const entry = { id: `${kind} ${id}`, label: name }
  const vault = { id: vault_id, name: vault_name }
  switch (kind) {
    case 'secret': {
      const reference = `1claw://${encodeURIComponent(vault_name)}/${name}`
      return { ...entry, group: 'Secrets', about: vault_name, to: secretAddress(vault, name), reference }
    }
    case 'vault':
      return { ...entry, group: 'Vaults', to: vaultAddress({ id, name }) }
    case 'agent':
      return { ...entry, group: 'Agents', to: `/agents/${id}` }
    case 'person':
      return { ...entry, group: 'People', about, to: '/members' }
    case 'policy': {
      const whose = names.get(about ?? '')
      return {
        ...entry,
        group: 'Policies',
        about: whose === undefined ? vault_name : `${whose} — ${vault_name}`,
        to: `${vaultAddress(vault)}/policies`,
      }
    }
  }
}
