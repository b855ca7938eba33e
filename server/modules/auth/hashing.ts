import { Worker } from 'node:worker_threads'
import type { Options } from '@node-rs/argon2'

/** What the thread is asked: to hash the password, or whether it is the one that was stored. */
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

const FILE = new URL(import.meta.url.endsWith('.ts') ? './hashing-thread.ts' : './hashing-thread.js', import.meta.url)
/** A thread that nobody needs is 10 MB for nothing. */
const IDLE_MS = 30_000

/** Argon2id in threads that stand back. As many at once as are asked at once: the caller bounds that. */
export function hashing(cost: Options): Hashing {
  const resting = new Map<Thread, NodeJS.Timeout>()

  async function ask(question: Question): Promise<string | boolean> {
    const thread = wake() ?? startThread()
    const answer = await thread.ask(question)
    resting.set(
      thread,
      setTimeout(() => {
        resting.delete(thread)
        thread.end()
      }, IDLE_MS).unref(),
    )
    if ('failed' in answer) throw new Error('A password could not be hashed.')
    return answer.value
  }

  function wake(): Thread | undefined {
    for (const [thread, timer] of resting) {
      clearTimeout(timer)
      resting.delete(thread)
      if (thread.alive) return thread
    }
    return undefined
  }

  return {
    hash: async password => String(await ask({ password, cost })),
    verify: async (stored, password) => (await ask({ password, stored, cost })) === true,
  }
}

interface Thread {
  readonly alive: boolean
  /** One question at a time. Rejects when the thread ends without an answer. */
  ask(question: Question): Promise<Answer>
  end(): void
}

function startThread(): Thread {
  const worker = new Worker(FILE, { resourceLimits: { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 32 } })
  let alive = true
  let asked: PromiseWithResolvers<Answer> | undefined
  worker.on('message', (answer: Answer) => asked?.resolve(answer))
  worker.on('error', error => asked?.reject(error))
  worker.on('exit', code => {
    alive = false
    asked?.reject(new Error(`The thread that hashes passwords ended (${code}).`))
  })
  // Whoever waits for an answer is kept awake by the connection that asked. Only now: a thread that is listened to keeps the server awake.
  worker.unref()
  return {
    get alive() {
      return alive
    },
    ask(question) {
      asked = Promise.withResolvers<Answer>()
      worker.postMessage(question)
      return asked.promise
    },
    end: () => void worker.terminate(),
  }
}
