import type { Config } from '../../config/config.ts'
import type { KeyHasher } from '../../credentials/api-keys.ts'
import type { Issuer } from '../../credentials/jwt.ts'
import type { Sessions } from '../../credentials/sessions.ts'
import type { Database } from '../../db/database.ts'
import { lockout as lockouts } from '../../http/lockout.ts'
import type { Outbound } from '../../http/outbound.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import type { NewEvent } from '../../policy/event.ts'
import type { Stores } from '../../stores/all.ts'
import type { EnsureRoom } from '../../stores/billing/resource-counts.ts'
import { clientAssertions } from './client-assertions.ts'
import { idTokens as tokenVerifier } from './id-tokens.ts'
import { identities } from './identities.ts'
import { keyLogin } from './key-login.ts'
import { lastUse } from './last-use.ts'
import { lockoutCounters } from './lockout-counters.ts'
import { oidcLogin } from './oidc-login.ts'
import { ownPassword } from './own-password.ts'
import { passwordLogin } from './password-login.ts'
import { passwordReset } from './password-reset.ts'
import { passwords as passwordHashing } from './passwords.ts'
import type { FreshStart } from './ports.ts'
import { revocation } from './revocation.ts'
import { signIn as signInService } from './sign-in.ts'
import { signInOptionsService } from './sign-in-options.ts'
import { signupService } from './signup.ts'
import type { Hashing } from './threads/hashing.ts'

export interface AuthAreaDeps {
  readonly config: Pick<Config, 'signup' | 'emailVerification' | 'oidc' | 'agentIssuers'>
  readonly database: Database<Stores>
  readonly issuer: Issuer
  readonly sessions: Sessions
  readonly keys: KeyHasher
  readonly templates: MailTemplates
  readonly outbound: Outbound
  readonly freshStart: FreshStart
  readonly ensureRoom: EnsureRoom
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly publicUrl: () => string
  /** Differs from the default in tests only. */
  readonly hashing?: Hashing | undefined
  readonly clock: () => number
}

/** How people and programs sign in: sign-up, sign-in, reset, and the principal of a presented credential. */
export function authArea({ config, ...deps }: AuthAreaDeps) {
  const { database, issuer, templates, outbound, record, publicUrl, hashing, clock } = deps
  const { signup: mode, emailVerification, oidc } = config
  const lockout = lockouts(lockoutCounters(database, templates), clock)
  const passwords = passwordHashing(hashing)
  const own = ownPassword({ database, passwords, lockout, clock })
  /** A separate queue, so that opening shares does not delay sign-ins. */
  const passphrases = passwordHashing(hashing)
  const signIn = signInService(deps)
  const assertions = clientAssertions({ issuers: config.agentIssuers, audience: publicUrl, http: outbound, clock })
  const uses = lastUse(deps)
  const idTokens = oidc && tokenVerifier(oidc, outbound, clock)
  return {
    lockout,
    passwords,
    confirmPerson: own.confirmPerson,
    passphrases,
    identify: identities({ ...deps, used: uses }),
    auth: {
      issuer,
      options: signInOptionsService({ database, signup: mode, emailVerification, oidc, idTokens }),
      passwordLogin: passwordLogin({ database, passwords, lockout, own, signIn, templates, record, clock }),
      passwordReset: passwordReset({ ...deps, passwords }),
      oidcLogin: oidcLogin({ ...deps, idTokens, issuer: oidc?.issuer ?? '', signIn, mode }),
      keyLogin: keyLogin({ ...deps, assertions, lastUse: uses }),
      signup: signupService({ ...deps, passwords, mode, verify: emailVerification }),
      revoke: revocation(deps),
    },
  }
}
