import type { Call, Reply } from '../../../client/client.ts'
import { Problem } from '../../../problem.ts'
import type { Context } from '../../context/context.ts'
import type { Workload } from '../../context/proof.ts'
import { retryWhenLimited } from '../../context/retry-when-limited.ts'
import { claimsOf, idToken } from './id-token.ts'

export type WorkloadToken = Reply<'auth.agent-token'>

/** The endpoint accepts one request a second from an address: a job with several concurrent steps must wait. */
const PATIENCE_MS = 15_000

/** Exchanges the proof of a workload for a token. Throws the server's error; `rate.limited` only after a while. */
export async function exchanged(
  context: Context,
  workload: Pick<Workload, 'agentId' | 'proof'>,
  call: Call,
): Promise<WorkloadToken> {
  const { agentId, proof } = workload
  if (proof.by === 'certificate')
    return retryWhenLimited(context, PATIENCE_MS, () => call('auth.agent-token', { body: { agent_id: agentId } }))
  return byAssertion(context, agentId, await idToken(context, proof), call)
}

/** The same with the issuer's token. An error shows the token's claims, which must be compared. */
export async function byAssertion(context: Context, agentId: string, assertion: string, call: Call): Promise<WorkloadToken> {
  const body = { agent_id: agentId, client_assertion: assertion }
  try {
    return await retryWhenLimited(context, PATIENCE_MS, () => call('auth.agent-token', { body }))
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error
    throw new Problem(error.code, error.message, { ...error.extras, hint: `The token contains ${claimsOf(assertion)}.` })
  }
}
