import type { ReactNode } from 'react'
import { RequestsPage } from '../pages/access-requests/requests-page.tsx'
import { ProfilePage } from '../pages/account/profile-page.tsx'
import { AgentsSection } from '../pages/agents/agents-section.tsx'
import { AllDeletedPage } from '../pages/all-secrets/all-deleted-page.tsx'
import { AllSecretsPage } from '../pages/all-secrets/all-secrets-page.tsx'
import { ApiKeysPage } from '../pages/api-keys/api-keys-page.tsx'
import { AuditPage } from '../pages/audit/audit-page.tsx'
import { BillingPage } from '../pages/billing/billing-page.tsx'
import { IpRulesPage } from '../pages/ip-rules/ip-rules-page.tsx'
import { MembersPage } from '../pages/members/members-page.tsx'
import { OverviewPage } from '../pages/overview/overview-page.tsx'
import { ServerPage } from '../pages/server/server-page.tsx'
import { SettingsPage } from '../pages/settings/settings-page.tsx'
import { SharesSection } from '../pages/shares/shares-section.tsx'
import type { IconName } from '../ui/icon.tsx'
import { VaultPages } from './vault-pages.tsx'

export interface Section {
  /** The first segment of its addresses: `vaults` for `/vaults` and all below it. */
  readonly name: string
  readonly label: string
  readonly icon: IconName
  /** The group of its link: daily work, the record of it, the organisation, or, in a separate menu, the person. */
  readonly group: 'work' | 'record' | 'organisation' | 'person'
  /** Members cannot use it, so it is not in their menu. */
  readonly forAdmins?: boolean
  /** `rest`: the segments after the first, decoded. Undefined if there is no such page. */
  readonly page: (rest: readonly string[]) => ReactNode | undefined
}

/** A section with a single page. */
function only(page: ReactNode) {
  return (rest: readonly string[]) => (rest.length === 0 ? page : undefined)
}

function secretsPage([view, ...more]: readonly string[]): ReactNode | undefined {
  if (more.length > 0) return undefined
  return view === undefined ? <AllSecretsPage /> : view === 'deleted' ? <AllDeletedPage /> : undefined
}

/** The sections of the signed-in part, in the order of the navigation. The server knows the same addresses (`server/http/console-pages.ts`). */
export const sections: readonly Section[] = [
  { name: '', label: 'Overview', icon: 'overview', group: 'work', page: only(<OverviewPage />) },
  { name: 'secrets', label: 'Secrets', icon: 'secret', group: 'work', page: secretsPage },
  { name: 'vaults', label: 'Vaults', icon: 'vault', group: 'work', page: rest => <VaultPages rest={rest} /> },
  { name: 'agents', label: 'Agents', icon: 'agent', group: 'work', page: rest => <AgentsSection rest={rest} /> },
  { name: 'requests', label: 'Requests', icon: 'request', group: 'work', page: only(<RequestsPage />) },
  { name: 'shares', label: 'Sharing', icon: 'share', group: 'work', page: rest => <SharesSection rest={rest} /> },
  { name: 'audit', label: 'Audit', icon: 'log', group: 'record', page: only(<AuditPage />) },
  { name: 'members', label: 'Members', icon: 'people', group: 'organisation', page: only(<MembersPage />) },
  { name: 'ip-rules', label: 'IP rules', icon: 'shield', group: 'organisation', page: only(<IpRulesPage />) },
  { name: 'billing', label: 'Billing', icon: 'card', group: 'organisation', page: rest => <BillingPage rest={rest} /> },
  {
    name: 'settings',
    label: 'Settings',
    icon: 'settings',
    group: 'organisation',
    forAdmins: true,
    page: rest => <SettingsPage rest={rest} />,
  },
  { name: 'server', label: 'Server', icon: 'server', group: 'organisation', forAdmins: true, page: only(<ServerPage />) },
  { name: 'account', label: 'Account', icon: 'user', group: 'person', page: only(<ProfilePage />) },
  { name: 'api-keys', label: 'API keys', icon: 'code', group: 'person', page: only(<ApiKeysPage />) },
]

/** The section that an address belongs to, and the rest of the address. */
export function sectionAt(pathname: string): { section: Section; rest: readonly string[] } | undefined {
  const [name = '', ...rest] = pathname.split('/').slice(1).map(decoded)
  const section = sections.find(each => each.name === name)
  return section && { section, rest: rest.filter(Boolean) }
}

/** An invalid encoding is left as it is, and so matches nothing that exists. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
