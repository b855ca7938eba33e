import type { KeyHasher } from '../../credentials/api-keys.ts'
import type { Database } from '../../db/database.ts'
import type { DataBox } from '../../keys/data-box.ts'
import type { Factor, MfaStore } from '../../stores/mfa.ts'
import { compact, isTotpCode, stepOf } from './codes.ts'

export interface SecondFactorDeps {
  readonly database: Database<{ mfa: MfaStore }>
  readonly box: DataBox
  readonly keys: Pick<KeyHasher, 'hash' | 'hashes'>
  readonly clock: () => number
}

/** Redeems the code, within a unit of work. False if another request was faster, here or in another process. */
export type UseCode = (stores: { mfa: MfaStore }) => Promise<boolean>

export type SecondFactor = ReturnType<typeof secondFactor>

const PURPOSE = 'totp'

/** Checks a typed code of the account, and redeems it once. */
export function secondFactor({ database, box, keys, clock }: SecondFactorDeps) {
  const secretOf = (factor: Factor) => box.open(PURPOSE, factor.user_id, factor.sealed).toString('latin1')
  const written = (code: string) => `recovery:${compact(code)}`
  const recoveryHash = (code: string) => keys.hash(written(code))

  return {
    seal: (userId: string, secret: string) => box.seal(PURPOSE, userId, Buffer.from(secret, 'latin1')),
    secretOf,
    recoveryHash,

    /** A code of the authenticator that could be right, or any recovery code; undefined when it can only be wrong. */
    async codeOf(userId: string, typed: string): Promise<UseCode | undefined> {
      const factor = await database.read(({ mfa }) => mfa.factor(userId))
      if (!factor?.is_confirmed) return undefined
      if (!isTotpCode(typed)) {
        const hashes = keys.hashes(written(typed))
        return ({ mfa }) => mfa.useRecoveryCode(userId, hashes)
      }
      const step = stepOf(secretOf(factor), typed, clock())
      return step === undefined ? undefined : ({ mfa }) => mfa.useStep(userId, step)
    },
  }
}
