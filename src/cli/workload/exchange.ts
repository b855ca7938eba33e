import type { Call, Reply } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import type { Context } from '../context.ts'
import { claimsOf, idToken } from './id-token.ts'
import type { Workload } from './proof.ts'

export type WorkloadToken = Reply<'auth.agent-token'>

/** The door lets in one a second of an address: a job of several steps at once has to wait its turn. */
const PATIENCE_MS = 15_000

/** Exchanges the proof of a workload for a token. Throws what the server answers; `rate.limited` only after a while. */
export async function exchanged(
  context: Context,
  workload: Pick<Workload, 'agentId' | 'proof'>,
  call: Call,
): Promise<WorkloadToken> {
  const { agentId, proof } = workload
  if (proof.by === 'certificate') return patiently(context, () => call('auth.agent-token', { body: { agent_id: agentId } }))
  return byAssertion(context, agentId, await idToken(context, proof), call)
}

/** The same with the issuer's token at hand. A refusal says what the token says, which is what has to be compared. */
export async function byAssertion(context: Context, agentId: string, assertion: string, call: Call): Promise<WorkloadToken> {
  const body = { agent_id: agentId, client_assertion: assertion }
  try {
    return await patiently(context, () => call('auth.agent-token', { body }))
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error
    throw new Problem(error.code, error.message, { ...error.extras, hint: `The token says ${claimsOf(assertion)}.` })
  }
}

async function patiently<T>(context: Context, attempt: () => Promise<T>): Promise<T> {
  const deadline = context.now() + PATIENCE_MS
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
