import type { Call } from '../../../client/client.ts'
import { Problem } from '../../../problem.ts'
import type { Context } from '../../context/context.ts'
import type { Stored } from '../../context/credential.ts'
import type { Workload } from '../../context/proof.ts'
import { withProfile } from '../../context/settings.ts'
import { accountOf } from '../lookup.ts'
import { exchanged, type WorkloadToken } from './exchange.ts'

/**
 * A new token for a workload. A profile that stores the old one stores the new one.
 * @throws Problem `auth.required` when the workload's proof is not available in this run
 */
export async function renewed(context: Context, workload: Workload, call: Call): Promise<WorkloadToken> {
  const token = await exchanged(context, workload, call)
  if (workload.keptIn !== undefined) await keep(context, workload.keptIn, workload, token)
  return token
}

/** A failed write is not an error: the token is valid for this run, and the next one gets another. */
async function keep(context: Context, profileName: string, { agentId, proof }: Workload, token: WorkloadToken): Promise<void> {
  const { credential_store: kind, api_url } = context.settings.read().profiles[profileName] ?? {}
  if (!kind || kind === 'none' || !api_url) return
  const stored: Stored = { kind: 'workload', token: token.access_token, agentId, proof }
  const expires_at = new Date(context.now() + token.expires_in * 1000).toISOString()
  try {
    await (await context.credentials(kind)).set(accountOf(profileName, api_url), JSON.stringify(stored))
    await context.settings.update(settings => withProfile(settings, profileName, { expires_at }))
  } catch (error) {
    if (!(error instanceof Problem) && !(error instanceof Error && 'syscall' in error)) throw error
  }
}
