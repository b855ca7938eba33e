import { randomUUID } from 'node:crypto'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { isUniqueViolation } from '../../db/violations.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import { authEvent } from '../../policy/event.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { OrgStore } from '../../stores/orgs.ts'
import type { OutboxStore } from '../../stores/outbox.ts'

export interface NewAccount {
  /** Canonical. */
  readonly email: string
  readonly name: string | null
  /** The name of its new organisation; the person's name by default. */
  readonly orgName?: string | null
  /** Null for an account that signs in through an issuer. */
  readonly passwordHash: string | null
  readonly method: 'password' | 'google'
  readonly verified: boolean
  /** The organisation that it joins, instead of getting a new one. */
  readonly joins?:
    | { readonly orgId: string; readonly role: string; readonly invitedBy?: string; readonly by?: 'link' }
    | undefined
}

export interface AccountPlace {
  readonly id: string
  readonly orgId: string
}

interface NewAccountStores {
  readonly accounts: AccountStore
  readonly audit: AuditStore
  readonly orgs: OrgStore
  readonly outbox: OutboxStore
}

export interface AccountMaker {
  readonly database: Database<NewAccountStores>
  readonly templates: Pick<MailTemplates, 'welcome'>
  readonly clock: () => number
}

/** More work in the unit of work that creates the account. */
interface Along<Stores> {
  readonly before?: ((stores: Stores) => Promise<void>) | undefined
  /** False rolls it back. */
  readonly after: (stores: Stores, place: AccountPlace) => Promise<boolean>
}

/**
 * Creates an account, with its own organisation unless it was invited to another. The first account on a server owns the platform.
 * @throws Problem `resource.conflict` if the address has an account
 */
export async function makeAccount<Stores extends NewAccountStores>(
  { database, templates, clock }: Omit<AccountMaker, 'database'> & { database: Database<Stores> },
  account: NewAccount,
  ip: string,
  { before, after }: Along<Stores>,
): Promise<AccountPlace> {
  const attempt = () =>
    database.run(async stores => {
      await before?.(stores)
      const place = await addAccount(stores, account, ip, clock())
      await stores.outbox.add(templates.welcome(account.email))
      if (!(await after(stores, place))) throw new Problem('request.invalid', 'The link has expired or was already used.')
      return place
    })
  const unlessTaken = (error: unknown) => {
    if (isUniqueViolation(error)) throw new Problem('resource.conflict', 'There is an account with this e-mail address.')
    throw error
  }
  try {
    return await attempt()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    // Either the address is taken, or two people created the first account of the server at once. In the second case the platform now has
    // an owner, and another try creates an ordinary account. The other transaction may not be committed yet, so a query could not always
    // tell the two cases apart.
    return attempt().catch(unlessTaken)
  }
}

/** The rows of a new account, within a unit of work. */
export async function addAccount(
  { accounts, audit, orgs }: Pick<NewAccountStores, 'accounts' | 'audit' | 'orgs'>,
  { email, name, orgName, passwordHash, method, verified, joins }: NewAccount,
  ip: string,
  now: number,
): Promise<AccountPlace> {
  const id = randomUUID()
  const orgId = joins?.orgId ?? randomUUID()
  if (!joins) {
    const first = !(await accounts.hasUsers()) && !(await orgs.platform())
    await accounts.addOrg({ id: orgId, name: orgName ?? name ?? email, is_platform: first, created_at: now })
  }
  await accounts.addUser({
    id,
    org_id: orgId,
    email,
    display_name: name,
    password_hash: passwordHash,
    auth_method: method,
    email_verified: verified,
    marketing_emails: false,
    totp_enabled: false,
    token_generation: 0,
    key_generation: 0,
    created_at: now,
  })
  await accounts.addMember({ org_id: orgId, user_id: id, role: joins?.role ?? 'owner', created_at: now })
  const details = {
    method,
    ...(joins?.invitedBy !== undefined && { invited_by: joins.invitedBy }),
    ...(joins?.by && { by: joins.by }),
  }
  await audit.append([authEvent('auth.signup', { type: 'user', id, orgId }, ip, details)], now)
  return { id, orgId }
}
