import type { Call } from '../../client/client.ts'
import type { Context } from '../context/context.ts'
import type { Target } from '../context/target.ts'

/** Answers that name things. */
const NAMING = ['vaults.list', 'agents.list', 'secrets.list', 'secrets.put', 'secrets.delete']

/**
 * Calls that remember the names they see, for completion; on machines where somebody has signed in. What remembers is loaded when there
 * is something: this is on the way of every read.
 */
export function learning(context: Context, target: Target, call: Call): Call {
  const { profile } = target
  if (!profile.credential_store || profile.credential_store === 'none') return call
  const through = call as (id: string, input?: unknown, options?: unknown) => Promise<unknown>
  const wrapped = async (id: string, input?: unknown, options?: unknown): Promise<unknown> => {
    const answer = await through(id, input, options)
    if (NAMING.includes(id)) await (await import('./lessons.ts')).learn(context, target, id, input, answer)
    return answer
  }
  return wrapped as Call
}
