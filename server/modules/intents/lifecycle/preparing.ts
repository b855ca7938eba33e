import { Problem } from '../../../../src/problem.ts'
import type { Grant } from '../../../policy/grant.ts'
import { type Summary, summaryOf, tokenOf } from '../calldata/summary.ts'
import type { Intent, SigningIntent } from '../intent.ts'
import { nodeCall, type Quotes } from '../node/quote.ts'
import type { Tokens } from '../node/tokens.ts'
import type { SimulationBody, Simulations } from '../simulation/simulations.ts'
import type { Claim } from './idempotency.ts'
import type { KeysOfAgent, UsableKey } from './keys-of-agent.ts'
import type { Draft } from './reserving.ts'

export interface PreparingDeps {
  readonly keys: KeysOfAgent
  readonly quotes: Quotes
  readonly tokens: Tokens
  readonly simulate: Simulations
  /** Whether a transaction may be signed only after a simulation that went well. */
  readonly isSimulationRequired: () => Promise<boolean>
}

export type Preparing = ReturnType<typeof preparing>

/** The slow and harmless work before anything is reserved: finding the key, simulating, asking the chain for gas, fee and nonce. */
export function preparing({ keys, quotes, tokens, simulate, isSimulationRequired }: PreparingDeps) {
  async function simulation(intent: SigningIntent, key: UsableKey): Promise<SimulationBody | undefined> {
    const isRequired = await isSimulationRequired()
    if (!isRequired && !intent.simulateFirst) return undefined
    const [result] = await simulate({ chain: intent.chain, from: key.key.address, calls: [intent] })
    if (!result || result.status === 'error') {
      throw new Problem('request.unprocessable', 'It could not be simulated, so it was not signed.', { reason: 'simulation' })
    }
    return result
  }

  /** The nonce needs the chain only where none was asked for; one that is used up already is refused before anything is signed. */
  async function nonceOf({ chain, nonce }: SigningIntent, address: string, isSent: boolean): Promise<Draft['nonce']> {
    if (nonce === undefined) return { chainCount: await quotes.pendingCount(chain, address) }
    if (isSent && (await quotes.minedCount(chain, address)) > nonce) {
      throw new Problem('resource.conflict', `Nonce ${nonce} of ${address} was used by a transaction that is in a block.`)
    }
    return { wanted: nonce }
  }

  return {
    /** Where the nonce, the fee and the gas are all given, and no simulation is wanted, the chain is not asked. */
    async draft(
      grant: Grant<'transaction.submit' | 'transaction.sign'>,
      intent: SigningIntent,
      claim: Claim | undefined,
    ): Promise<Draft> {
      const key = await keys.find(grant.resource.agent, intent, grant.ip)
      const { chain, gasLimit } = intent
      const result = await simulation(intent, key)
      const isRefused = result?.status === 'reverted'
      const [fee, gas, nonce] = await Promise.all([
        quotes.fee(chain, intent.fee),
        // What would revert cannot be estimated, and will not be sent.
        gasLimit ?? (isRefused ? 21_000n : quotes.gas(chain, nodeCall(key.key.address, intent))),
        isRefused ? { wanted: intent.nonce ?? 0 } : nonceOf(intent, key.key.address, grant.action === 'transaction.submit'),
      ])
      const isOffline = intent.nonce !== undefined && gasLimit !== undefined && intent.fee !== undefined && !result
      const summary = isOffline ? summaryOf(intent) : await this.summary(intent)
      return { grant, intent, key, summary, fee, gasLimit: gas, nonce, simulation: result, claim }
    },

    /** In words, with the token's own symbol where it can be asked. */
    async summary(intent: Intent): Promise<Summary> {
      const token = tokenOf(intent)
      return summaryOf(intent, token === undefined ? undefined : await tokens.info(intent.chain, token).catch(() => undefined))
    },
  }
}
