import type { Client } from '../../client/client.ts'
import { Problem, type ProblemCode } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { retryWhenLimited } from '../context/retry-when-limited.ts'
import type { Progress } from '../output/progress.ts'
import { WIDTH } from './actual-state.ts'
import { inParallel } from './in-parallel.ts'
import type { KeyFolder } from './keys.ts'
import { type AgentChange, registration } from './plan.ts'
import type { PolicyChange } from './policy-plan.ts'

/** The outcome of one change. */
export interface Outcome {
  readonly change: AgentChange
  readonly status: 'done' | 'failed' | 'not started'
  readonly id?: string
  /** The key of a new agent, unless it is in `keyFile`. It is not shown again, even if something failed later. */
  readonly apiKey?: string
  readonly keyFile?: string
  readonly error?: unknown
}

interface Tools {
  readonly context: Context
  readonly client: Client
  /** Absent: keys are returned. */
  readonly keys?: KeyFolder | undefined
  readonly progress: Progress
  readonly signal: AbortSignal
}

const PATIENCE_MS = 60_000

/** Failures of one request, which do not affect the next. */
const OF_ITS_OWN: readonly ProblemCode[] = [
  'request.invalid',
  'policy.denied',
  'resource.unknown',
  'resource.conflict',
  'resource.gone',
  'resource.limit',
]

/** Carries out the plan, several agents at once. A failure of one does not stop the others; an unreachable server does. */
export async function carryOut(tools: Tools, changes: readonly AgentChange[]): Promise<Outcome[]> {
  let stopped = false
  const outcomes = await inParallel(changes, WIDTH, async (change): Promise<Outcome> => {
    if (stopped || tools.signal.aborted) return { change, status: 'not started' }
    const made: { id?: string; apiKey?: string; keyFile?: string } = {}
    try {
      await one(tools, change, made)
      return { change, status: 'done', ...made }
    } catch (error) {
      stopped ||= !(error instanceof Problem && OF_ITS_OWN.includes(error.code))
      return { change, status: 'failed', ...made, error }
    } finally {
      tools.progress.add(1)
    }
  })
  tools.progress.end()
  return outcomes
}

async function one(tools: Tools, change: AgentChange, made: { id?: string; apiKey?: string; keyFile?: string }): Promise<void> {
  const { context, client } = tools
  const call: Client['call'] = (id, ...input) => retryWhenLimited(context, PATIENCE_MS, () => client.call(id, ...input))
  if (change.id !== undefined) made.id = change.id
  if (change.action === 'create') {
    const { agent, api_key: key } = await call('agents.register', { body: registration(change) })
    made.id = agent.id
    if (key !== undefined) await keep(tools, change.name, key, made)
  }
  const params = { agent_id: made.id ?? '' }
  if (change.action === 'deactivate') return void (await call('agents.deactivate', { params }))
  if (change.action === 'update' && change.differences.length > 0) {
    await call('agents.update', { params, body: { ...change.body } })
  }
  for (const policy of change.policies) await settle(call, params.agent_id, policy)
}

/** This comes before anything else can fail. A full disk must not lose the key. */
async function keep({ keys }: Tools, name: string, key: string, made: { apiKey?: string; keyFile?: string }): Promise<void> {
  made.apiKey = key
  if (!keys) return
  made.keyFile = keys.keep(name, key)
  delete made.apiKey
}

async function settle(
  call: Client['call'],
  agentId: string,
  { action, vaultId: vault_id, id = '', body }: PolicyChange,
): Promise<void> {
  if (action === 'delete') return void (await call('policies.delete', { params: { vault_id, policy_id: id } }))
  if (!body) return
  if (action === 'create') {
    const principal = { principal_type: 'agent', principal_id: agentId } as const
    return void (await call('policies.create', { params: { vault_id }, body: { ...body, ...principal } }))
  }
  const { permissions, conditions, expires_at } = body
  await call('policies.update', { params: { vault_id, policy_id: id }, body: { permissions, conditions, expires_at } })
}
