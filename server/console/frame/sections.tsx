import type { ReactNode } from 'react'
import { ProfilePage } from '../pages/account/profile-page.tsx'
import { AgentsSection } from '../pages/agents/agents-section.tsx'
import { AllSecretsPage } from '../pages/all-secrets/all-secrets-page.tsx'
import { ApiKeysPage } from '../pages/api-keys/api-keys-page.tsx'
import { AuditPage } from '../pages/audit/audit-page.tsx'
import { BillingPage } from '../pages/billing/billing-page.tsx'
import { IpRulesPage } from '../pages/ip-rules/ip-rules-page.tsx'
import { MembersPage } from '../pages/members/members-page.tsx'
import { OverviewPage } from '../pages/overview/overview-page.tsx'
import { RequestsPage } from '../pages/requests/requests-page.tsx'
import { ServerPage } from '../pages/server/server-page.tsx'
import { SettingsPage } from '../pages/settings/settings-page.tsx'
import { SharesSection } from '../pages/shares/shares-section.tsx'
import { VaultPages } from './vault-pages.tsx'

export interface Section {
  /** The first segment of its addresses: `vaults` for `/vaults` and all below it. */
  readonly name: string
  readonly label: string
  /** Members have no use for it: it is not in their menu. */
  readonly forAdmins?: boolean
  /** `rest`: the segments after the first, decoded. Undefined where there is no such page. */
  readonly page: (rest: readonly string[]) => ReactNode | undefined
}

/** A section of one page: there is nothing below it. */
function only(page: ReactNode) {
  return (rest: readonly string[]) => (rest.length === 0 ? page : undefined)
}

/** What the signed-in part of the console has, in the order of its navigation. The server knows the same addresses (`server/http/pages.ts`). */
export const sections: readonly Section[] = [
  { name: '', label: 'Overview', page: only(<OverviewPage />) },
  { name: 'secrets', label: 'Secrets', page: only(<AllSecretsPage />) },
  { name: 'vaults', label: 'Vaults', page: rest => <VaultPages rest={rest} /> },
  { name: 'agents', label: 'Agents', page: rest => <AgentsSection rest={rest} /> },
  { name: 'requests', label: 'Requests', page: only(<RequestsPage />) },
  { name: 'shares', label: 'Sharing', page: rest => <SharesSection rest={rest} /> },
  { name: 'api-keys', label: 'API keys', page: only(<ApiKeysPage />) },
  { name: 'audit', label: 'Audit', page: only(<AuditPage />) },
  { name: 'members', label: 'Members', page: only(<MembersPage />) },
  { name: 'ip-rules', label: 'IP rules', page: only(<IpRulesPage />) },
  { name: 'billing', label: 'Billing', page: rest => <BillingPage rest={rest} /> },
  { name: 'settings', label: 'Settings', forAdmins: true, page: rest => <SettingsPage rest={rest} /> },
  { name: 'server', label: 'Server', forAdmins: true, page: only(<ServerPage />) },
  { name: 'account', label: 'Account', page: only(<ProfilePage />) },
]

/** The section that an address belongs to, and the rest of the address. */
export function sectionAt(pathname: string): { section: Section; rest: readonly string[] } | undefined {
  const [name = '', ...rest] = pathname.split('/').slice(1).map(decoded)
  const section = sections.find(each => each.name === name)
  return section && { section, rest: rest.filter(Boolean) }
}

/** What is no valid encoding stands for itself, and so for nothing that exists. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
