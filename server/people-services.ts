import type { Config } from './config.ts'
import type { Database } from './db/database.ts'
import { lockout as lockouts } from './http/lockout.ts'
import type { Outbound } from './http/outbound.ts'
import type { KeyHasher } from './keys/api-keys.ts'
import type { DataBox } from './keys/data-box.ts'
import type { Issuer } from './keys/jwt.ts'
import type { Keyring } from './keys/keyring.ts'
import type { Sessions } from './keys/sessions.ts'
import type { Letters } from './mail/letters.ts'
import { removeByAdmin } from './modules/account/removal.ts'
import { accountService } from './modules/account/service.ts'
import { adminAccounts } from './modules/admin/accounts.ts'
import { serverSettings } from './modules/admin/settings.ts'
import { clientAssertions } from './modules/auth/client-assertions.ts'
import { idTokens as tokenVerifier } from './modules/auth/id-tokens.ts'
import { keyLogin } from './modules/auth/key-login.ts'
import { lockoutCounters } from './modules/auth/lockout-counters.ts'
import { oidcLogin } from './modules/auth/oidc-login.ts'
import { passwordLogin } from './modules/auth/password-login.ts'
import { passwordReset } from './modules/auth/password-reset.ts'
import { passwords as passwordHashing } from './modules/auth/passwords.ts'
import { revocation } from './modules/auth/revocation.ts'
import { signIn as signInService } from './modules/auth/sign-in.ts'
import { signInOptionsService } from './modules/auth/sign-in-options.ts'
import { signupService } from './modules/auth/signup.ts'
import { consoleSessions } from './modules/console-sessions/service.ts'
import { ipRulesService } from './modules/ip-rules/service.ts'
import { secondFactor as secondFactors } from './modules/mfa/second-factor.ts'
import { mfaService } from './modules/mfa/service.ts'
import { invitations } from './modules/org/invitations.ts'
import { members } from './modules/org/members.ts'
import { orgService } from './modules/org/service.ts'
import type { NewEvent } from './policy/event.ts'
import type { Stores } from './stores.ts'

export interface PeopleDeps {
  readonly config: Pick<Config, 'signup' | 'emailVerification' | 'oidc' | 'agentIssuers'>
  readonly database: Database<Stores>
  readonly keyring: Keyring
  readonly issuer: Issuer
  readonly sessions: Sessions
  readonly keys: KeyHasher
  readonly box: DataBox
  readonly letters: Letters
  readonly outbound: Outbound
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly publicUrl: () => string
  readonly clock: () => number
}

/** The part of the composition root that is about people: how they come in, and what they belong to. */
export function peopleServices(deps: PeopleDeps) {
  const { config, database, keyring, issuer, sessions, keys, box, letters, outbound, record, publicUrl, clock } = deps
  const lockout = lockouts(lockoutCounters(database, letters), clock)
  const passwords = passwordHashing()
  const signIn = signInService({ database, sessions, record, clock })
  const secondFactor = secondFactors({ database, box, keys, clock })
  const { signup: mode, emailVerification, oidc } = config
  const assertions = clientAssertions({ issuers: config.agentIssuers, audience: publicUrl, http: outbound, clock })
  const idTokens = oidc && tokenVerifier(oidc, outbound, clock)
  return {
    lockout,
    passwords,
    auth: {
      issuer,
      options: signInOptionsService({ database, signup: mode, emailVerification, oidc, idTokens }),
      passwordLogin: passwordLogin({ database, passwords, lockout, signIn, letters, record, clock }),
      passwordReset: passwordReset({ database, passwords, letters, clock }),
      oidcLogin: oidcLogin({ database, idTokens, issuer: oidc?.issuer ?? '', letters, signIn, mode, record, clock }),
      keyLogin: keyLogin({ database, keys, sessions, assertions, record, clock }),
      signup: signupService({ database, passwords, sessions, letters, mode, verify: emailVerification, clock }),
      revoke: revocation({ database, clock }),
    },
    consoleSessions: consoleSessions({ database, sessions, clock }),
    mfa: mfaService({ database, secondFactor, verifyPassword: passwords.verify, lockout, sessions, letters, record, clock }),
    accounts: accountService({ database, keyring, letters, record, clock }),
    org: {
      orgs: orgService({ database, sessions, clock }),
      members: members({ database, clock }),
      invitations: invitations({ database, letters, clock }),
    },
    ipRules: ipRulesService({ database, clock }),
    serverSettings: serverSettings({ database, clock }),
    adminAccounts: adminAccounts({ database, removeAccount: removeByAdmin, destroyKek: kek => keyring.destroyKek(kek), clock }),
  }
}
