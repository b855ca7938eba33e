import type { Database } from '../../db/database.ts'
import { invalidField } from '../../http/checks.ts'
import type { Lockout } from '../../http/lockout.ts'
import type { UserActor } from '../../policy/actor.ts'
import { recentSignIn, signedInPerson } from '../../policy/caller.ts'
import type { AccountStore, User } from '../../stores/accounts.ts'
import type { Passwords } from './passwords.ts'

export interface OwnPasswordDeps {
  readonly database: Database<{ accounts: AccountStore }>
  readonly passwords: Pick<Passwords, 'verify'>
  readonly lockout: Lockout
  readonly clock: () => number
}

export type OwnPassword = ReturnType<typeof ownPassword>

const KIND = 'change-password'

/** Checks whether the caller knows the account's own password. */
export function ownPassword({ database, passwords, lockout, clock }: OwnPasswordDeps) {
  /**
   * Undefined for a wrong password, which counts as a failure.
   * @throws Problem `auth.locked`
   */
  async function check(actor: UserActor, password: string, ip: string): Promise<User | undefined> {
    const identities = [`user:${actor.id}`]
    await lockout.ensureOpen(KIND, identities)
    const user = await database.read(({ accounts }) => accounts.userById(actor.id))
    if (!user || !(await passwords.verify(user.password_hash, password, ip))) {
      await lockout.failed(KIND, identities, { identity: `user:${actor.id}`, email: actor.email })
      return undefined
    }
    await lockout.succeeded(KIND, identities)
    return user
  }

  return {
    check,

    /**
     * Accepts a recent sign-in or the password. Returns when the person proved their identity, in epoch milliseconds.
     * @throws Problem `policy.denied` without either, `request.invalid` for a wrong password
     */
    async confirmPerson(actor: UserActor, password: string | undefined, ip: string): Promise<number> {
      signedInPerson(actor)
      // The field tells a page that the password is also accepted.
      if (password === undefined) return recentSignIn(actor, clock(), { fields: { password: 'is required' } })
      if (!(await check(actor, password, ip))) throw invalidField('password', 'is wrong')
      return clock()
    },
  }
}
