import { Problem } from '../../problem.ts'
import { isUuid } from '../../uuid.ts'
import type { Context } from '../context/context.ts'
import type { Proof } from '../context/proof.ts'
import type { Target } from '../context/target.ts'
import { within } from '../context/working-folder.ts'
import { byAssertion, exchanged, type WorkloadToken } from '../credentials/workload/exchange.ts'
import { proofOfJob } from '../credentials/workload/id-token.ts'
import { secretInput } from '../input/secret-input.ts'
import type { Login } from './remember.ts'

export interface WorkloadFlags {
  readonly oidc?: boolean | undefined
  readonly 'agent-id'?: string | undefined
  readonly 'oidc-token'?: string | undefined
  readonly 'from-env'?: string | undefined
  readonly audience?: string | undefined
  readonly 'client-cert'?: string | undefined
  readonly 'client-key'?: string | undefined
}

export function isOfWorkload(flags: WorkloadFlags): boolean {
  if (flags.oidc || flags['client-cert'] !== undefined) return true
  if (flags['agent-id'] === undefined) return false
  throw new Problem('usage', '--agent-id requires --oidc or --client-cert.')
}

/** Signs in an agent by its platform's proof of identity, or by its client certificate. `ask`: it can prompt. */
export async function byWorkload(context: Context, target: Target, flags: WorkloadFlags, ask: boolean): Promise<Login> {
  const agentId = agentOf(context, flags)
  const word = flags['oidc-token']
  if (word !== undefined && !word.startsWith('@')) {
    const assertion = await secretInput(context, 'OIDC token', { word, trim: true, ask })
    const { call, close } = context.connect({ baseUrl: target.apiUrl })
    const { access_token, expires_in } = await byAssertion(context, agentId, assertion, call)
    await close()
    // It cannot be proven a second time: the token cannot be renewed.
    return { stored: { kind: 'token', token: access_token }, facts: endOf(context, expires_in) }
  }
  const proof = proofOf(context, target, flags)
  const certificate = proof.by === 'certificate' ? proof : undefined
  const { call, close } = context.connect({ baseUrl: target.apiUrl, certificate })
  const { access_token: token, expires_in }: WorkloadToken = await exchanged(context, { agentId, proof }, call)
  await close()
  return { stored: { kind: 'workload', token, agentId, proof }, facts: { ...endOf(context, expires_in), renewable: true } }
}

function agentOf({ env }: Context, flags: WorkloadFlags): string {
  const agentId = flags['agent-id'] ?? env['ONECLAW_AGENT_ID']
  if (!agentId) throw new Problem('usage', 'No agent given: pass --agent-id or set ONECLAW_AGENT_ID.')
  if (!isUuid(agentId)) throw new Problem('usage', 'Pass the id of the agent: its name cannot be looked up before you sign in.')
  return agentId
}

function proofOf(context: Context, target: Target, flags: WorkloadFlags): Proof {
  const { 'client-cert': cert, 'client-key': key = cert, 'oidc-token': word, 'from-env': name } = flags
  const path = (file: string) => within(context.cwd, file)
  if (cert !== undefined && key !== undefined) return { by: 'certificate', cert: path(cert), key: path(key) }
  if (word !== undefined) return { by: 'file', path: path(word.slice(1)) }
  if (name !== undefined) return { by: 'variable', name }
  return proofOfJob(context, flags.audience ?? target.apiUrl.replace(/\/+$/, ''))
}

function endOf(context: Context, seconds: number): { expires_at: string } {
  return { expires_at: new Date(context.now() + seconds * 1000).toISOString() }
}
