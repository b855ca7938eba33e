import { Problem } from '../../problem.ts'
import type { Context } from './context.ts'

/** Retries after the server's rate limit, as long as the server says; gives up when that would take longer than `maxMs`. */
export async function retryWhenLimited<T>(
  context: Pick<Context, 'now' | 'sleep'>,
  maxMs: number,
  attempt: () => Promise<T>,
): Promise<T> {
  const deadline = context.now() + maxMs
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'rate.limited') throw error
      const pause = (error.extras.retryAfter ?? 1) * 1000
      if (context.now() + pause > deadline) throw error
      await context.sleep(pause)
    }
  }
}
