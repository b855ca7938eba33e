import { availableParallelism } from 'node:os'
import { opaqueString } from '../../../src/crypto/opaque-string.ts'
import { fairQueue } from './threads/fair-queue.ts'
import { type Hashing, hashing } from './threads/hashing.ts'
import { ensureStrong } from './threads/strength.ts'

/** RFC 9106 §4, second recommended option, scaled to a login's budget: 19 MiB, 2 passes. */
const ARGON2ID = 2
const COST = { algorithm: ARGON2ID, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 }
/** A hash of `COST` with an unknown password, for comparison if the account does not exist, so the reply takes as long. */
const DECOY = '$argon2id$v=19$m=19456,t=2,p=1$sjnRDlPiNPkT/wrVlUQ9VA$9ZABRkyA7pCDgGk5EW3CnyCWKrOlP0KT6qESs8By/3E'
/** The threads belong to the process, so a server that is unsealed again can use them at once. */
const USUAL = hashing(COST)
/** One processor is left for everything else. */
const WORKERS = Math.max(1, Math.min(2, availableParallelism() - 1))
const MAX_WAITING = 200

/** Hashes passwords and passphrases in any Unicode composition. `from` is the caller's address; the queue alternates between addresses. */
export interface Passwords {
  /** @throws Problem `request.invalid` naming the field when the password is too weak. */
  ensureStrong(password: string, context: { field: string; about: readonly string[]; from: string }): Promise<void>
  hash(password: string, from: string): Promise<string>
  /** False for a wrong password and, after the same time, for an account without one (`stored` undefined). */
  verify(stored: string | null | undefined, password: string, from: string): Promise<boolean>
  /** The number of waiting calls. */
  waiting(): number
}

/**
 * Argon2id in a bounded queue. A flood of logins waits for one or two low-priority threads and is refused beyond that, while every other
 * route continues. Each call of this function creates a separate queue, so endpoints of one kind do not wait for those of another.
 */
export function passwords({ hash, verify }: Hashing = USUAL): Passwords {
  const queue = fairQueue({ workers: WORKERS, maxWaiting: MAX_WAITING })
  return {
    ensureStrong: (password, context) => ensureStrong(opaqueString(password), context),
    hash: (password, from) => queue(from, () => hash(opaqueString(password))),
    verify: async (stored, password, from) => {
      const normal = opaqueString(password)
      const isRight = (form: string) => queue(from, () => verify(stored ?? DECOY, form))
      // Also checks the password as it was sent: passwords that were hashed before normalisation keep working. The time depends only on the
      // input.
      const right = (await isRight(normal)) || (normal !== password && (await isRight(password)))
      return right && stored != null
    },
    waiting: queue.waiting,
  }
}
