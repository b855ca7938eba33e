import type { ResourceLimits } from 'node:worker_threads'
import type { Piscina } from 'piscina'

/** An idle thread takes 20 to 30 MB. */
const IDLE_MS = 30_000
/** More than any caller asks at once: each limits that itself. */
const MOST = 16

/**
 * Answers questions in separate threads, one at a time in each. All concurrent questions are answered at once: the caller limits their
 * number.
 * @param file the file of the thread, next to the caller, without its extension; its default export answers a question
 * @param caller its `import.meta.url`
 * @param idleMs the idle time after which a thread ends
 */
export function threadPool<Question, Answer>(
  file: string,
  caller: string,
  { idleMs = IDLE_MS, ...resourceLimits }: ResourceLimits & { readonly idleMs?: number },
): (question: Question) => Promise<Answer> {
  const { href: filename } = new URL(`./${file}${caller.endsWith('.ts') ? '.ts' : '.js'}`, caller)
  let pool: Promise<Piscina<Question, Answer>> | undefined

  /** Created with the first question: a server without sign-ins does not need it. */
  async function open(): Promise<Piscina<Question, Answer>> {
    const { Piscina } = await import('piscina')
    return new Piscina({ filename, minThreads: 0, maxThreads: MOST, idleTimeout: idleMs, resourceLimits })
  }

  return async question => {
    pool ??= open()
    return (await pool).run(question)
  }
}
