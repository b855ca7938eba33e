import type { ResourceLimits } from 'node:worker_threads'
import type { Piscina } from 'piscina'

/** A thread that nobody needs is 20 to 30 MB for nothing. */
const IDLE_MS = 30_000
/** More than any caller asks at once: each bounds that by itself. */
const MOST = 16

/**
 * Answers questions in threads of their own, one at a time in each. As many at once as are asked at once: the caller bounds that.
 * @param file of the thread, beside the caller, without its ending; its default export answers a question
 * @param caller its `import.meta.url`
 * @param idleMs after which a thread ends that nobody needs
 */
export function threadPool<Question, Answer>(
  file: string,
  caller: string,
  { idleMs = IDLE_MS, ...resourceLimits }: ResourceLimits & { readonly idleMs?: number },
): (question: Question) => Promise<Answer> {
  const { href: filename } = new URL(`./${file}${caller.endsWith('.ts') ? '.ts' : '.js'}`, caller)
  let pool: Promise<Piscina<Question, Answer>> | undefined

  /** With the first question: a server that nobody signs in to has no use for it. */
  async function open(): Promise<Piscina<Question, Answer>> {
    const { Piscina } = await import('piscina')
    return new Piscina({ filename, minThreads: 0, maxThreads: MOST, idleTimeout: idleMs, resourceLimits })
  }

  return async question => {
    pool ??= open()
    return (await pool).run(question)
  }
}
