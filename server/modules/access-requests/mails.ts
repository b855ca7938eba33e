import { covers, pattern } from '../../../src/path-pattern.ts'
import { mayMail } from '../../mail/budget.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import type { OrgStore } from '../../stores/orgs.ts'
import type { NewOutboxRow, OutboxStore } from '../../stores/outbox.ts'
import type { PolicyStore } from '../../stores/policies/policies.ts'
import type { AccessRequestRow } from '../../stores/requests/access-requests.ts'
import type { AuthStore } from '../../stores/sign-in.ts'
import { placeOf, type VaultStore } from '../../stores/vaults.ts'

export interface MailStores {
  readonly auth: AuthStore
  readonly orgs: OrgStore
  readonly outbox: OutboxStore
  readonly policies: PolicyStore
  readonly vaults: VaultStore
}

/** The maximum number of people who get a mail about one request; the oldest members come first. */
const MOST_TOLD = 20

interface Told {
  /** Their canonical address. */
  readonly email: string
  readonly kind: string
}

export type Mails = ReturnType<typeof mails>

/** Mails about requests for access, written in the unit of work that changes the request. Mails beyond the daily limit are not written. */
export function mails(templates: MailTemplates, clock: () => number) {
  async function write(stores: MailStores, { email, kind }: Told, orgId: string, mail: () => NewOutboxRow): Promise<void> {
    if (await mayMail(stores.auth, { kind, email, orgId }, clock())) await stores.outbox.add(mail())
  }

  return {
    /** To the people who can decide it; `by` is the requester's name. */
    async asked(stores: MailStores, row: AccessRequestRow, by: string): Promise<void> {
      const vault = await stores.vaults.byId(row.org_id, row.vault_id)
      if (!vault) return
      for (const email of (await deciders(stores, row, vault, clock())).slice(0, MOST_TOLD)) {
        await write(stores, { email, kind: 'access-requested' }, row.org_id, () =>
          templates.accessRequested(email, { ...factsOf(row, vault.name), by, reason: row.reason }),
        )
      }
    },

    /** To the requester, if it is a person; an agent polls instead. */
    async decided(stores: MailStores, row: AccessRequestRow, how: Decided): Promise<void> {
      if (row.requester_type !== 'user') return
      const member = await stores.orgs.memberById(row.org_id, row.requester_id)
      const vault = await stores.vaults.byId(row.org_id, row.vault_id)
      if (!member || !vault) return
      await write(stores, { email: member.email, kind: 'access-decided' }, row.org_id, () =>
        templates.accessDecided(member.email, { ...factsOf(row, vault.name), ...how }),
      )
    },
  }
}

interface Decided {
  readonly by: string
  readonly note?: string | undefined
  /** Epoch milliseconds; absent when it was declined. */
  readonly until?: number | null
}

function factsOf({ secret_path_pattern: pattern, permissions, wanted_ms: lasts }: AccessRequestRow, vault: string) {
  return { pattern, vault, permissions, lasts }
}

/** The people who could make the policy directly: owners, admins, the creator of the vault, and holders of `admin` on the paths. */
async function deciders(
  { orgs, policies }: MailStores,
  row: AccessRequestRow,
  vault: { readonly created_by: string | null },
  now: number,
): Promise<string[]> {
  const wanted = pattern(row.secret_path_pattern)
  const holders = (await policies.inVault(placeOf(row)))
    .filter(({ permissions, expires_at }) => permissions.includes('admin') && (expires_at === null || expires_at > now))
    .filter(({ secret_path_pattern: held }) => covers(pattern(held), wanted))
    .map(({ principal_id }) => principal_id)
  const able = new Set([...holders, vault.created_by])
  return (await orgs.members(row.org_id))
    .filter(({ id, role }) => role !== 'member' || able.has(id))
    .filter(({ id }) => id !== row.requester_id)
    .map(({ email }) => email)
}
