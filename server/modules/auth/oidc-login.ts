import { createHash } from 'node:crypto'
import { EMAIL, EMAIL_MAX } from '../../../src/contract/schema/fields.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { canonicalEmail } from '../../http/lockout.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import type { Visitor } from '../../policy/actor.ts'
import { denied } from '../../policy/denial.ts'
import { authEvent, authFailure, type NewEvent } from '../../policy/event.ts'
import type { User } from '../../stores/accounts.ts'
import type { Stores } from '../../stores/all.ts'
import type { IdentityClaims, IdTokens } from './id-tokens.ts'
import { makeAccount } from './new-account.ts'
import type { FreshStart } from './ports.ts'
import type { SignIn, SignInReply } from './sign-in.ts'

export interface OidcLoginDeps {
  readonly database: Database<Stores>
  /** Undefined when no issuer is configured. */
  readonly idTokens: IdTokens | undefined
  readonly issuer: string
  readonly templates: MailTemplates
  readonly signIn: SignIn
  readonly freshStart: FreshStart
  readonly mode: 'open' | 'invite' | 'closed'
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

export type OidcLogin = (idToken: string, nonce: string | undefined, visitor: Visitor) => Promise<SignInReply>

/** Signs in with an ID token of the configured issuer. */
export function oidcLogin(deps: OidcLoginDeps): OidcLogin {
  const { database, idTokens, issuer, templates, signIn, freshStart, mode, record, clock } = deps
  return async (idToken, nonce, { ip }) => {
    if (!idTokens) {
      throw new Problem('feature.unconfigured', 'Sign-in by OIDC needs ONECLAW_OIDC_ISSUER and ONECLAW_OIDC_CLIENT_ID.')
    }
    const claims = await believed(idTokens, idToken, nonce).catch(async error => {
      if (error instanceof Problem && error.code === 'auth.failed') await record([authFailure('google', undefined, ip)])
      throw error
    })
    return signIn(await accountOf(claims, ip), 'google', ip)
  }

  /** A token that is presented with its nonce was requested just now. It can be used once, so a copy of it is worthless. */
  async function believed(idTokens: IdTokens, idToken: string, nonce: string | undefined): Promise<IdentityClaims> {
    const claims = await idTokens.verify(idToken, nonce)
    const mark = `id-token:${digest(idToken)}`
    const isFresh =
      nonce === undefined
        ? !(await database.read(({ auth }) => auth.isRevoked(mark)))
        : await database.run(({ auth }) => auth.revoke(mark, claims.expiresAt))
    if (!isFresh) throw refused()
    return claims
  }

  async function accountOf(claims: IdentityClaims, ip: string): Promise<User> {
    const email = canonicalEmail(claims.email)
    if (!EMAIL.test(email) || email.length > EMAIL_MAX) throw refused()
    const { known, namesake } = await database.read(async ({ accounts }) => ({
      known: await accounts.byIdentity(issuer, claims.subject),
      namesake: await accounts.userByEmail(email),
    }))
    if (known) return known
    if (namesake) return tie(namesake, claims, ip)
    return make(email, claims, ip)
  }

  /**
   * An account with the same address belongs to the same person, unless the issuer already names another: an address can be given to
   * somebody else, a subject never (OpenID Connect Core 1.0, §5.7). If the address was never confirmed here, the account starts over.
   */
  async function tie(user: User, { subject }: IdentityClaims, ip: string): Promise<User> {
    const tied = await database.run(async stores => {
      const { accounts, audit } = stores
      const subjects = await accounts.subjectsAt(issuer, user.id)
      if (subjects.length > 0) return subjects.includes(subject) ? accounts.userById(user.id) : 'other-subject'
      const now = clock()
      const orgId = await freshStart(stores, user, { ip, now })
      await accounts.addIdentity({ issuer, subject, user_id: user.id, created_at: now })
      await audit.append([authEvent('auth.tie_identity', { type: 'user', id: user.id, orgId }, ip, { method: 'google' })], now)
      return accounts.userById(user.id)
    })
    if (tied !== 'other-subject') return tied ?? gone()
    await record([authFailure('google', { type: 'user', id: user.id, orgId: user.org_id }, ip, 'other-subject')])
    throw refused()
  }

  async function make(email: string, { subject, name }: IdentityClaims, ip: string): Promise<User> {
    if (mode !== 'open' && (await database.read(({ accounts }) => accounts.hasUsers()))) {
      throw denied('sign-up-closed', 'There is no account for this person, and sign-up is not open on this server.')
    }
    const account = { email, name: name?.slice(0, 255) ?? null, passwordHash: null, method: 'google', verified: true } as const
    const { id } = await makeAccount({ database, templates, clock }, account, ip, {
      async after({ accounts }, place) {
        await accounts.addIdentity({ issuer, subject, user_id: place.id, created_at: clock() })
        return true
      },
    })
    return (await database.read(({ accounts }) => accounts.userById(id))) ?? gone()
  }
}

function refused(): Problem {
  return new Problem('auth.failed', 'The ID token was not accepted.')
}

function gone(): never {
  throw new Problem('auth.failed', 'The account is already deleted.')
}

/** A hash of the signed part: the signature itself can be written in more than one way. */
function digest(idToken: string): string {
  return createHash('sha256')
    .update(idToken.slice(0, idToken.lastIndexOf('.')))
    .digest('hex')
}
