import { Problem } from '../../../../src/problem.ts'
import type { Grant } from '../../../policy/grant.ts'
import type { AgentRow } from '../../../stores/agents.ts'
import { approvalsIn } from '../calldata/approvals.ts'
import { type Summary, summaryOf, tokenOf } from '../calldata/summary.ts'
import type { Intent, SigningIntent } from '../intent.ts'
import { type Allowances, type Approvals, unaskedApprovals } from '../node/allowances.ts'
import type { DataFees } from '../node/data-fees.ts'
import { nodeCall, type Quotes } from '../node/quote.ts'
import type { Tokens } from '../node/tokens.ts'
import type { OfAgent } from '../ports.ts'
import type { SimulationBody, Simulations } from '../simulation/simulations.ts'
import type { Claim } from './idempotency.ts'
import type { KeysOfAgent, UsableKey } from './keys-of-agent.ts'
import type { Draft, WantedNonce } from './reserving.ts'

interface Purpose {
  /** The agent before anything is reserved; the decision uses its state at the time of the decision. */
  readonly agent: AgentRow | undefined
  /** Whether the server sends the transaction at once. */
  readonly isSent: boolean
}

export interface PreparingDeps {
  /** The current state, or the state half a second ago if several servers share a database. */
  readonly agentOf: (orgId: string, agentId: string) => Promise<AgentRow | undefined>
  readonly keys: KeysOfAgent
  readonly quotes: Quotes
  readonly tokens: Tokens
  readonly allowances: Allowances
  readonly dataFees: DataFees
  readonly simulate: Simulations
  /** Whether a transaction needs a successful simulation before it is signed. */
  readonly isSimulationRequired: () => Promise<boolean>
}

export type Preparing = ReturnType<typeof preparing>

/** The slow work without effects before a reservation: finds the key, simulates, and asks the chain for gas, fee and nonce. */
export function preparing({
  agentOf,
  keys,
  quotes,
  tokens,
  allowances,
  dataFees,
  simulate,
  isSimulationRequired,
}: PreparingDeps) {
  async function simulation(intent: SigningIntent, key: UsableKey): Promise<SimulationBody | undefined> {
    const isRequired = await isSimulationRequired()
    if (!isRequired && !intent.simulateFirst) return undefined
    const [result] = await simulate({ chain: intent.chain, from: key.key.address, calls: [intent] })
    if (!result || result.status === 'error') {
      throw new Problem('request.unprocessable', 'It could not be simulated, so it was not signed.', { reason: 'simulation' })
    }
    return result
  }

  /**
   * If a nonce is given, the chain is also asked if the agent is not allowed to sign later ones. A used nonce is refused before anything is
   * signed.
   */
  async function nonceOf({ chain, nonce }: SigningIntent, address: string, { agent, isSent }: Purpose): Promise<WantedNonce> {
    const isBound = !isSent && !agent?.tx_sign_any_nonce
    // A current count: the agent could have sent the last one in the meantime.
    if (isBound) return { wanted: nonce, chainCount: await quotes.pendingCountNow(chain, address) }
    if (nonce === undefined) return { chainCount: await quotes.pendingCount(chain, address) }
    if (isSent && (await quotes.minedCount(chain, address)) > nonce) {
      throw new Problem('resource.conflict', `Nonce ${nonce} of ${address} was used by a transaction that is in a block.`)
    }
    return { wanted: nonce }
  }

  async function approvalsOf(agent: AgentRow | undefined, from: `0x${string}`, intent: Intent, isOffline = false) {
    if (agent?.tx_block_unlimited_approvals) return allowances.ofCall(intent.chain, from, intent)
    const unasked = unaskedApprovals(intent)
    if (isOffline || !unasked.unasked) return unasked
    return allowances.ofApprovals(intent.chain, from, approvalsIn(intent.to, intent.data))
  }

  return {
    /** If nonce, fee and gas are given and no simulation is requested, the chain is not asked. */
    async draft(
      grant: Grant<'transaction.submit' | 'transaction.sign'>,
      intent: SigningIntent,
      claim: Claim | undefined,
    ): Promise<Draft> {
      const key = await keys.find(grant.resource.agent, intent, grant.ip)
      const { chain, gasLimit } = intent
      const agent = await agentOf(grant.orgId, grant.resource.agentId)
      const purpose = { agent, isSent: grant.action === 'transaction.submit' }
      const result = await simulation(intent, key)
      const isRefused = result?.status === 'reverted'
      const isOffline = intent.nonce !== undefined && gasLimit !== undefined && intent.fee !== undefined && !result
      const [fee, gas, nonce, approvals, dataFee] = await Promise.all([
        quotes.fee(chain, intent.fee),
        // A reverting transaction cannot be estimated, and is not sent.
        gasLimit ?? (isRefused ? 21_000n : quotes.gas(chain, nodeCall(key.key.address, intent))),
        isRefused ? { wanted: intent.nonce ?? 0 } : nonceOf(intent, key.key.address, purpose),
        approvalsOf(agent, key.key.address, intent, isOffline),
        isOffline ? dataFees.assumed(intent) : dataFees.highest(intent),
      ])
      const summary = isOffline ? summaryOf(intent, approvals) : await this.summary(intent, approvals)
      return { grant, intent, key, summary, fee, gasLimit: gas, nonce, approvals, dataFee, simulation: result, claim }
    },

    /** Its approvals, with everything that the guardrail needs for an agent that is not allowed unlimited approvals. */
    approvals: async (grant: OfAgent, from: `0x${string}`, intent: Intent): Promise<Approvals> =>
      approvalsOf(await agentOf(grant.orgId, grant.resource.agentId), from, intent),

    /** In words, with the token's own symbol if it is available. */
    async summary(intent: Intent, approvals: Approvals): Promise<Summary> {
      const token = tokenOf(intent)
      const info = token === undefined ? undefined : await tokens.info(intent.chain, token).catch(() => undefined)
      return summaryOf(intent, approvals, info)
    },
  }
}
