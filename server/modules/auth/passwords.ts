import { availableParallelism } from 'node:os'
import { Problem } from '../../../src/problem.ts'
import { invalidField } from '../../http/checks.ts'
import { hashing } from './hashing.ts'

/** RFC 9106 §4, second recommended option, scaled to a login's budget: 19 MiB, 2 passes. */
const ARGON2ID = 2
const COST = { algorithm: ARGON2ID, memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 }
/** What an account that does not exist is compared with, so that it takes as long: a hash of `COST` whose password nobody has. */
const DECOY = '$argon2id$v=19$m=19456,t=2,p=1$sjnRDlPiNPkT/wrVlUQ9VA$9ZABRkyA7pCDgGk5EW3CnyCWKrOlP0KT6qESs8By/3E'
const MIN_LENGTH = 12
/** Score of the zxcvbn family, 0 to 4. */
const MIN_SCORE = 3
/**
 * Characters that are judged: what begins strong is strong, and an estimate of all 256 would hold up every other request for a second.
 * A few often do, and cost a tenth of the many.
 */
const LONGEST_JUDGED = 32
const JUDGED = [16, LONGEST_JUDGED]
/** Shorter words about the owner are left to the estimator. */
const SHORTEST_WORD = 4
/** One processor stays free for everything else. */
const WORKERS = Math.max(1, Math.min(2, availableParallelism() - 1))
const MAX_WAITING = 200

export interface Passwords {
  /** @throws Problem `request.invalid` naming the field when the password is too weak. */
  ensureStrong(password: string, context: { field: string; about: readonly string[] }): Promise<void>
  hash(password: string): Promise<string>
  /** False for a wrong password and, in the same time, for an account that has none (`stored` undefined). */
  verify(stored: string | null | undefined, password: string): Promise<boolean>
}

/**
 * Argon2id in a bounded queue: a flood of logins waits for its turn on a thread or two, which stand back for everything else, and is
 * turned away beyond that, while every other route goes on.
 */
export function passwords(): Passwords {
  const queue = bounded(WORKERS, MAX_WAITING)
  const { hash, verify } = hashing(COST)
  return {
    ensureStrong,
    hash: password => queue(() => hash(password)),
    verify: async (stored, password) => {
      const right = await queue(() => verify(stored ?? DECOY, password))
      return right && stored != null
    },
  }
}

async function ensureStrong(password: string, { field, about }: { field: string; about: readonly string[] }): Promise<void> {
  if (password.length < MIN_LENGTH) throw invalidField(field, `must have at least ${MIN_LENGTH} characters`)
  const estimate = await estimator()
  const judged = withoutWords(password, about)
  for (const length of JUDGED) {
    const { score, feedback } = estimate.check(judged.slice(0, length), [...about])
    if (score >= MIN_SCORE) return
    if (length < Math.min(judged.length, LONGEST_JUDGED)) continue
    const advice = [feedback.warning, ...feedback.suggestions].filter(Boolean).join(' ')
    throw invalidField(field, `is too easy to guess${advice ? `: ${advice.replace(/\.$/, '')}` : ''}`)
  }
}

/** What is left of a password without the words that anybody knows of its owner, however long they are. */
function withoutWords(password: string, about: readonly string[]): string {
  const words = about.filter(word => word.length >= SHORTEST_WORD).map(word => word.toLowerCase())
  const lower = password.toLowerCase()
  const left = words.reduce((rest, word) => rest.replaceAll(word, ''), lower)
  return left === lower ? password : left
}

let loading: ReturnType<typeof loadEstimator> | undefined

/** The dictionaries are large, so they are loaded with the first password that is set. */
function estimator(): ReturnType<typeof loadEstimator> {
  loading ??= loadEstimator()
  return loading
}

async function loadEstimator() {
  const [{ ZxcvbnFactory }, common, en] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
    import('@zxcvbn-ts/language-en'),
  ])
  return new ZxcvbnFactory({
    dictionary: { ...common.dictionary, ...en.dictionary },
    graphs: common.adjacencyGraphs,
    translations: en.translations,
  })
}

/** Runs at most `workers` tasks at once and lets at most `maxWaiting` wait. */
function bounded(workers: number, maxWaiting: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async task => {
    if (running >= workers) {
      if (waiting.length >= maxWaiting) {
        throw new Problem('server.busy', 'Too many sign-ins at once; try again in a moment.', { retryAfter: 2 })
      }
      await new Promise<void>(resolve => waiting.push(resolve))
    } else running++
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
