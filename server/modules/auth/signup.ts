import { randomUUID } from 'node:crypto'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { isUniqueViolation } from '../../db/violations.ts'
import { canonicalEmail } from '../../http/lockout.ts'
import type { Sessions, TokenReply } from '../../keys/sessions.ts'
import { authEvent } from '../../policy/event.ts'
import type { AccountStore } from '../account/store.ts'
import type { AuditStore } from '../audit/store.ts'
import type { Passwords } from './passwords.ts'

export interface SignupDeps {
  readonly database: Database<{ accounts: AccountStore; audit: AuditStore }>
  readonly passwords: Passwords
  readonly sessions: Sessions
  /** `closed`: only the very first account, the platform's own, can sign up. */
  readonly mode: 'open' | 'closed'
  readonly clock: () => number
}

export interface NewAccount {
  readonly email: string
  readonly password: string
  readonly display_name?: string | undefined
}

export type Signup = (account: NewAccount, ip: string) => Promise<TokenReply>

/** Makes an account with an organisation of its own. The first one on a server owns the platform. */
export function signup({ database, passwords, sessions, mode, clock }: SignupDeps): Signup {
  return async ({ email: written, password, display_name }, ip) => {
    const email = canonicalEmail(written)
    if (mode === 'closed' && (await database.read(({ accounts }) => accounts.hasUsers()))) {
      throw new Problem('policy.denied', 'Sign-up is closed on this server; ask its operator for an account.')
    }
    await passwords.ensureStrong(password, { field: 'password', about: [email, ...email.split(/[@.]/), display_name ?? ''] })
    const account = {
      id: randomUUID(),
      orgId: randomUUID(),
      email,
      name: display_name?.trim() || null,
      hash: await passwords.hash(password),
    }
    await insert(account, ip).catch(error => {
      throw isUniqueViolation(error) ? new Problem('resource.conflict', 'There is an account with this e-mail address.') : error
    })
    return sessions.forUser({ userId: account.id, orgId: account.orgId, generation: 0 })
  }

  function insert(account: { id: string; orgId: string; email: string; name: string | null; hash: string }, ip: string) {
    const { id, orgId, email, name, hash } = account
    return database.run(async ({ accounts, audit }) => {
      const now = clock()
      const first = !(await accounts.hasUsers())
      await accounts.addOrg({ id: orgId, name: name ?? email, is_platform: first ? 1 : 0, created_at: now })
      await accounts.addUser({
        id,
        org_id: orgId,
        email,
        display_name: name,
        password_hash: hash,
        auth_method: 'password',
        email_verified: 0,
        marketing_emails: 0,
        totp_enabled: 0,
        token_generation: 0,
        created_at: now,
      })
      await accounts.addMember({ org_id: orgId, user_id: id, role: 'owner', created_at: now })
      await audit.append([authEvent('auth.signup', { type: 'user', id, orgId }, ip)], now)
    })
  }
}
