import type { Client, Reply } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'

export type AccessRequest = Reply<'access-requests.get'>

const LOOK_MS = 3000
/** Failed polls in a row before it gives up. */
const MOST_UNANSWERED = 20
const FINAL: readonly string[] = ['cancelled', 'auth.required', 'policy.denied', 'resource.unknown']

/**
 * Waits for the decision. A temporarily unreachable server is polled again.
 * @throws Problem `human.refused` for a no, `human.waiting` when the request has expired or was withdrawn
 */
export async function awaitAnswer(
  client: Client,
  context: Pick<Context, 'sleep'>,
  request: AccessRequest,
): Promise<AccessRequest> {
  let unanswered = 0
  for (let seen = request; ; ) {
    if (seen.status === 'approved') return seen
    if (seen.status === 'declined') {
      throw new Problem('human.refused', `The request was declined${seen.note ? `: ${seen.note}` : ''}.`)
    }
    if (seen.status !== 'pending') throw new Problem('human.waiting', `The request is ${seen.status}: no one has approved it.`)
    await context.sleep(LOOK_MS)
    try {
      seen = await client.call('access-requests.get', { params: { request_id: seen.id } })
      unanswered = 0
    } catch (error) {
      unanswered++
      if (!(error instanceof Problem) || FINAL.includes(error.code) || unanswered >= MOST_UNANSWERED) throw error
    }
  }
}
