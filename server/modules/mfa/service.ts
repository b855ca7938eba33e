import { Problem } from '../../../src/problem.ts'
import { linkTokenHash } from '../../credentials/link-token.ts'
import type { Sessions, TokenReply } from '../../credentials/sessions.ts'
import type { Database } from '../../db/database.ts'
import { invalidField } from '../../http/checks.ts'
import { ipIdentity, type Lockout } from '../../http/lockout.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import type { UserActor, Visitor } from '../../policy/actor.ts'
import { recentSignIn, signedInPerson } from '../../policy/caller.ts'
import { authEvent, authFailure, type NewEvent } from '../../policy/event.ts'
import type { AccountStore, User } from '../../stores/accounts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { ConsoleSessionStore } from '../../stores/console-sessions.ts'
import type { MfaStore } from '../../stores/mfa.ts'
import type { OutboxStore } from '../../stores/outbox.ts'
import { newRecoveryCodes, newTotpSecret, otpauthUri, stepOf } from './codes.ts'
import type { SecondFactor } from './second-factor.ts'

export interface MfaDeps {
  readonly database: Database<{
    mfa: MfaStore
    accounts: AccountStore
    audit: AuditStore
    outbox: OutboxStore
    consoleSessions: ConsoleSessionStore
  }>
  readonly secondFactor: SecondFactor
  readonly verifyPassword: (stored: string | null | undefined, password: string, from: string) => Promise<boolean>
  readonly lockout: Lockout
  readonly sessions: Sessions
  readonly templates: MailTemplates
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

export type Mfa = ReturnType<typeof mfaService>

export function mfaService({ database, secondFactor, verifyPassword, lockout, sessions, templates, record, clock }: MfaDeps) {
  return {
    async isOn(actor: UserActor): Promise<boolean> {
      return (await account(actor)).totp_enabled
    },

    async setup(actor: UserActor, { ip }: Visitor): Promise<{ otpauth_uri: string; secret: string }> {
      recentSignIn(actor, clock())
      const secret = newTotpSecret()
      const factor = { user_id: actor.id, sealed: secondFactor.seal(actor.id, secret), is_confirmed: false, last_step: 0 }
      await database.run(async ({ mfa, audit }) => {
        const now = clock()
        if (!(await mfa.begin({ ...factor, created_at: now }))) {
          throw new Problem('resource.conflict', 'A second factor is already set up; turn it off first.')
        }
        await audit.append([authEvent('auth.mfa_setup', actor, ip)], now)
      })
      return { otpauth_uri: otpauthUri(secret, actor.email), secret }
    },

    /** The first code proves that the authenticator has the secret; that also uses it up. */
    async verifySetup(actor: UserActor, code: string, { ip }: Visitor): Promise<string[]> {
      signedInPerson(actor)
      const identities = [userIdentity(actor.id)]
      await lockout.ensureOpen('mfa', identities)
      const factor = await database.read(({ mfa }) => mfa.factor(actor.id))
      if (!factor || factor.is_confirmed) throw new Problem('request.invalid', 'No setup of a second factor is in progress.')
      const step = stepOf(secondFactor.secretOf(factor), code, clock())
      if (step === undefined) {
        await lockout.failed('mfa', identities, { identity: userIdentity(actor.id), email: actor.email })
        throw invalidField('code', 'is wrong')
      }
      await lockout.succeeded('mfa', identities)
      const codes = newRecoveryCodes()
      await database.run(async ({ mfa, audit, outbox, consoleSessions }) => {
        const started = { step, createdAt: factor.created_at }
        if (!(await mfa.confirm(actor.id, started)))
          throw new Problem('request.invalid', 'No setup of a second factor is in progress.')
        await mfa.addRecoveryCodes(actor.id, codes.map(secondFactor.recoveryHash))
        // Those sessions had started without it.
        await consoleSessions.endOthers(actor.id, actor.sessionId)
        await outbox.add(templates.mfaChanged(actor.email, 'on'))
        await audit.append([authEvent('auth.mfa_enable', actor, ip)], clock())
      })
      return codes
    },

    /** The second half of a sign-in. A correct code is used up, whether or not the sign-in succeeds. */
    async verify(mfaToken: string, code: string, { ip }: Visitor): Promise<TokenReply> {
      const hash = linkTokenHash(mfaToken)
      const { challenge, user } = await waiting(hash)
      const identities = [...(user ? [userIdentity(user.id)] : []), ipIdentity(ip)]
      await lockout.ensureOpen('mfa', identities)
      const use = user && (await secondFactor.codeOf(user.id, code))
      const who = user && ({ type: 'user', id: user.id, orgId: user.org_id } as const)
      const accepted = use !== undefined && (await database.run(stores => use(stores)))
      if (!user || !who || !challenge || !accepted) {
        await lockout.failed('mfa', identities, { identity: userIdentity(user?.id ?? ''), email: user?.email })
        await record([authFailure('mfa', who, ip)])
        throw refused()
      }
      await lockout.succeeded('mfa', identities)
      await database.run(async ({ mfa, audit }) => {
        if (!(await mfa.takeChallenge(hash))) throw refused()
        await audit.append([authEvent('auth.success', who, ip, { method: challenge.method, second_factor: true })], clock())
      })
      return sessions.forUser({ userId: user.id, orgId: user.org_id, generation: user.token_generation, signedInAt: clock() })
    },

    async disable(
      actor: UserActor,
      proof: { code?: string | undefined; password?: string | undefined },
      { ip }: Visitor,
    ): Promise<void> {
      signedInPerson(actor)
      if (proof.code === undefined && proof.password === undefined) throw invalidField('code', 'or password is required')
      const identities = [userIdentity(actor.id)]
      await lockout.ensureOpen('mfa', identities)
      const user = await account(actor)
      if (!user.totp_enabled) throw new Problem('request.invalid', 'There is no second factor to turn off.')
      if (!(await proves(user, proof, ip))) {
        await lockout.failed('mfa', identities, { identity: userIdentity(actor.id), email: actor.email })
        const field = proof.code === undefined ? 'password' : 'code'
        throw invalidField(field, 'is wrong')
      }
      await lockout.succeeded('mfa', identities)
      await database.run(async ({ mfa, audit, outbox, consoleSessions }) => {
        await mfa.remove(actor.id)
        await consoleSessions.endOthers(actor.id, actor.sessionId)
        await outbox.add(templates.mfaChanged(actor.email, 'off'))
        await audit.append([authEvent('auth.mfa_disable', actor, ip)], clock())
      })
    },
  }

  async function account(actor: UserActor): Promise<User> {
    const user = await database.read(({ accounts }) => accounts.userById(actor.id))
    if (!user) throw new Problem('auth.required', 'A valid token is needed.')
    return user
  }

  /** A pending sign-in and its account. A change of password ends it, like a token. */
  async function waiting(hash: string) {
    return database.read(async ({ mfa, accounts }) => {
      const challenge = await mfa.challenge(hash, clock())
      const user = challenge && (await accounts.userById(challenge.user_id))
      return user && user.token_generation === challenge.generation ? { challenge, user } : {}
    })
  }

  async function proves(
    user: User,
    { code, password }: { code?: string | undefined; password?: string | undefined },
    ip: string,
  ): Promise<boolean> {
    if (code === undefined) return verifyPassword(user.password_hash, password ?? '', ip)
    const use = await secondFactor.codeOf(user.id, code)
    return use !== undefined && database.run(stores => use(stores))
  }
}

function userIdentity(id: string): string {
  return `user:${id}`
}

function refused(): Problem {
  return new Problem('auth.failed', 'The code is wrong, or the sign-in took too long.')
}
