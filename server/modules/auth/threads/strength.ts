import { invalidField } from '../../../http/checks.ts'
import { threadPool } from '../../../threads/thread-pool.ts'
import { fairQueue } from './fair-queue.ts'

/** The job for the thread; both fields have a limited length. */
export interface ToJudge {
  readonly password: string
  readonly about: readonly string[]
}

export type Estimate = { readonly score: number; readonly advice: string } | { readonly failed: true }

const MIN_LENGTH = 12
/** Score of the zxcvbn family, 0 to 4. */
const MIN_SCORE = 3
/** The number of characters that are estimated: a strong beginning is enough, and an estimate of all 256 would take a second. */
const LONGEST_JUDGED = 32
const JUDGED = [16, LONGEST_JUDGED]
/** The estimator itself handles shorter words about the owner. Of longer words, and of further ones, it sees only the beginning. */
const SHORTEST_WORD = 4
const LONGEST_WORD = 64
const MAX_WORDS = 10
const MAX_WAITING = 100
/** The memory limit in MB. The dictionaries take about half of it; an estimate also creates much short-lived garbage. */
const LIMITS = { maxYoungGenerationSizeMb: 32, maxOldGenerationSizeMb: 160 }

/** One for the process: the large dictionaries are loaded once, when the first password is set. */
const estimate = threadPool<ToJudge, Estimate>('strength-thread', import.meta.url, LIMITS)
const queue = fairQueue({ workers: 1, maxWaiting: MAX_WAITING })

/**
 * @param from address of the client
 * @throws Problem `request.invalid` naming the field when the password is too weak.
 */
export async function ensureStrong(
  password: string,
  { field, about, from }: { field: string; about: readonly string[]; from: string },
): Promise<void> {
  if (password.length < MIN_LENGTH) throw invalidField(field, `must have at least ${MIN_LENGTH} characters`)
  const judged = withoutWords(password, about)
  const words = about.slice(0, MAX_WORDS).map(word => word.slice(0, LONGEST_WORD))
  for (const length of JUDGED) {
    const answer = await queue(from, () => estimate({ password: judged.slice(0, length), about: words }))
    if ('failed' in answer) throw new Error('The strength of a password could not be estimated.')
    if (answer.score >= MIN_SCORE) return
    if (length < Math.min(judged.length, LONGEST_JUDGED)) continue
    const { advice } = answer
    throw invalidField(field, `is too easy to guess${advice ? `: ${advice.replace(/\.$/, '')}` : ''}`)
  }
}

/** The password without words that anyone knows about its owner, however long they are. */
function withoutWords(password: string, about: readonly string[]): string {
  const words = about.filter(word => word.length >= SHORTEST_WORD).map(word => word.toLowerCase())
  const lower = password.toLowerCase()
  const left = words.reduce((rest, word) => rest.replaceAll(word, ''), lower)
  return left === lower ? password : left
}
