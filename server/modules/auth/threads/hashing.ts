import type { Options } from '@node-rs/argon2'
import { threadPool } from '../../../threads/thread-pool.ts'

/** The job for the thread: hash the password, or compare it with the stored hash. */
export interface Question {
  readonly password: string
  readonly stored?: string
  readonly cost: Options
}

export type Answer = { readonly value: string | boolean } | { readonly failed: true }

export interface Hashing {
  hash(password: string): Promise<string>
  verify(stored: string, password: string): Promise<boolean>
}

const LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 }

/** Argon2id in low-priority threads. The caller limits how many run at once. */
export function hashing(cost: Options): Hashing {
  const pool = threadPool<Question, Answer>('hashing-thread', import.meta.url, LIMITS)

  async function ask(question: Question): Promise<string | boolean> {
    const answer = await pool(question)
    if ('failed' in answer) throw new Error('A password could not be hashed.')
    return answer.value
  }

  return {
    hash: async password => String(await ask({ password, cost })),
    verify: async (stored, password) => (await ask({ password, stored, cost })) === true,
  }
}
