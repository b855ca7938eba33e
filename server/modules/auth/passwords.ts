import { availableParallelism } from 'node:os'
import { opaqueString } from '../../../src/crypto/opaque-string.ts'
import { fairQueue } from './threads/fair-queue.ts'
import { type Hashing, hashing } from './threads/hashing.ts'
import { ensureStrong } from './threads/strength.ts'

/** RFC 9106 §4, second recommended option, scaled to a login's budget: 19 MiB, 2 passes. */
const ARGON2ID = 2
const COST = { algorithm: ARGON2ID, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 }
/** What an account that does not exist is compared with, so that it takes as long: a hash of `COST` whose password nobody has. */
const DECOY = '$argon2id$v=19$m=19456,t=2,p=1$sjnRDlPiNPkT/wrVlUQ9VA$9ZABRkyA7pCDgGk5EW3CnyCWKrOlP0KT6qESs8By/3E'
/** Its threads are the process's: a server that is opened again has them at once. */
const USUAL = hashing(COST)
/** One processor stays free for everything else. */
const WORKERS = Math.max(1, Math.min(2, availableParallelism() - 1))
const MAX_WAITING = 200

/** Passwords and passphrases, however their characters are composed. `from` is the address of who asks: addresses take turns. */
export interface Passwords {
  /** @throws Problem `request.invalid` naming the field when the password is too weak. */
  ensureStrong(password: string, context: { field: string; about: readonly string[]; from: string }): Promise<void>
  hash(password: string, from: string): Promise<string>
  /** False for a wrong password and, in the same time, for an account that has none (`stored` undefined). */
  verify(stored: string | null | undefined, password: string, from: string): Promise<boolean>
  /** How many wait for their turn. */
  waiting(): number
}

/**
 * Argon2id in a bounded queue: a flood of logins waits for its turn on a thread or two, which stand back for everything else, and is
 * denied beyond that, while every other route goes on. Each call makes a queue of its own, so that the endpoints of one kind do not
 * wait for those of another.
 */
export function passwords({ hash, verify }: Hashing = USUAL): Passwords {
  const queue = fairQueue({ workers: WORKERS, maxWaiting: MAX_WAITING })
  return {
    ensureStrong: (password, context) => ensureStrong(opaqueString(password), context),
    hash: (password, from) => queue(from, () => hash(opaqueString(password))),
    verify: async (stored, password, from) => {
      const normal = opaqueString(password)
      const isRight = (form: string) => queue(from, () => verify(stored ?? DECOY, form))
      // Also as it came: what was hashed before passwords were normalised keeps working. How long that takes tells of what was sent alone.
      const right = (await isRight(normal)) || (normal !== password && (await isRight(password)))
      return right && stored != null
    },
    waiting: queue.waiting,
  }
}
