/** Assembles the parts of intents. Loaded with the first request that needs them, because they need viem, which takes 30 MB. */
import type { Database } from '../../db/database.ts'
import { liveCache } from '../../db/live-cache.ts'
import type { Outbound } from '../../http/outbound.ts'
import type { NewEvent } from '../../policy/event.ts'
import type { AgentRow } from '../../stores/agents.ts'
import type { TransactionRow } from '../../stores/intents/transaction-rows.ts'
import type { SettingsStore } from '../../stores/settings.ts'
import type { VaultStore } from '../../stores/vaults.ts'
import { transactionBody } from './body.ts'
import { type Answer, idempotency as idempotencyOf } from './lifecycle/idempotency.ts'
import { type KeysOfAgentDeps, keysOfAgent } from './lifecycle/keys-of-agent.ts'
import { type GapFiller, type GapFillerDeps, gapFiller as gapFillerOf } from './lifecycle/nonce-gaps.ts'
import { preparing as preparingOf } from './lifecycle/preparing.ts'
import { sender } from './lifecycle/sending.ts'
import { type SigningStores, signing as signingOf } from './lifecycle/signing.ts'
import { submitting as submittingOf } from './lifecycle/submitting.ts'
import { signingMessages as signingMessagesOf } from './messages/signing-messages.ts'
import { type SigningPayments, type SigningPaymentsDeps, signingPayments } from './messages/signing-payments.ts'
import { allowances as allowancesOf } from './node/allowances.ts'
import { dataFees as dataFeesOf } from './node/data-fees.ts'
import { quotes as quotesOf } from './node/quote.ts'
import { tokens as tokensOf } from './node/tokens.ts'
import type { Chain, Chains } from './ports.ts'
import { type Intents, intents } from './service.ts'
import { simulateByCall } from './simulation/simulate-by-call.ts'
import { simulateV1 } from './simulation/simulate-v1.ts'
import { simulationService as rehearsingOf } from './simulation/simulation-service.ts'
import { simulations } from './simulation/simulations.ts'
import { simulateByTenderly, type TenderlySettings } from './simulation/tenderly.ts'

export interface AssemblyDeps {
  readonly database: Database<SigningStores & { readonly vaults: VaultStore; readonly settings: SettingsStore }>
  readonly chains: Chains
  readonly outbound: Pick<Outbound, 'post'>
  readonly authorize: KeysOfAgentDeps['authorize'] & GapFillerDeps['authorize']
  readonly signingKeys: KeysOfAgentDeps['signingKeys']
  readonly paymentTerms: SigningPaymentsDeps['paymentTerms']
  readonly tenderly: TenderlySettings | undefined
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

/** `"true"`: nothing is signed without a successful simulation. */
const REQUIRE_SIMULATION = 'intents_api.require_simulation'

const MAX_AGENTS = 10_000

export type AssembledIntents = Intents & { readonly gapFiller: GapFiller; readonly signPayment: SigningPayments }

export function assembleIntents(deps: AssemblyDeps): AssembledIntents {
  const { database, chains, outbound, authorize, signingKeys, paymentTerms, tenderly, record, clock } = deps
  const { rpc, isNamed } = chains
  const keys = keysOfAgent({ database, authorize, signingKeys, clock })
  const quotes = quotesOf(rpc, clock)
  const tokens = tokensOf(rpc)
  const allowances = allowancesOf(rpc)
  const dataFees = dataFeesOf(rpc)
  const simulators = [...(tenderly ? [simulateByTenderly(tenderly, outbound)] : []), simulateV1(rpc), simulateByCall(rpc)]
  const simulate = simulations({ simulators, tokens, clock })
  const requirements = liveCache<typeof REQUIRE_SIMULATION, boolean>({
    database,
    topic: () => 'settings',
    max: 1,
    load: async key => (await database.read(({ settings }) => settings.get(key))) === 'true',
  })
  const isSimulationRequired = async () => requirements.get(REQUIRE_SIMULATION)
  const agents = liveCache<string, AgentRow | undefined>({
    database,
    topic: key => `agent:${key.slice(37)}`,
    max: MAX_AGENTS,
    load: key => database.read(store => store.agents.byId(key.slice(0, 36), key.slice(37))),
  })
  const agentOf = async (orgId: string, agentId: string) => agents.get(`${orgId}/${agentId}`)
  const preparing = preparingOf({ agentOf, keys, quotes, tokens, allowances, dataFees, simulate, isSimulationRequired })
  const signing = signingOf({ database, keys, isNamed, clock })
  const bodyOf = (row: TransactionRow, remaining: string | undefined, chain: Chain | undefined) =>
    transactionBody(row, { explorerUrl: chain?.explorerUrl, remaining, signed: true })
  const answerOf = (row: TransactionRow, remaining: string | undefined, chain: Chain): Answer => ({
    status: 201,
    body: bodyOf(row, remaining, chain),
  })
  const idempotency = idempotencyOf({
    database,
    bodyOf: async row => bodyOf(row, undefined, await chains.byChainId(row.chain_id)),
    clock,
  })
  const send = sender(rpc)
  const gapFiller = gapFillerOf({ database, chains, authorize, keys, quotes, dataFees, signing, send, clock })
  const submitting = submittingOf({ database, signing, gapFiller, send, idempotency, answerOf, clock })
  const simulationService = rehearsingOf({ database, keys, quotes, dataFees, preparing, simulate, isNamed, record, clock })
  const signingMessages = signingMessagesOf({ database, chains, keys, allowances, idempotency, clock })
  return {
    ...intents({
      database,
      chains,
      preparing,
      signing,
      submitting,
      simulationService,
      idempotency,
      signingMessages,
      answerOf,
      clock,
    }),
    gapFiller,
    signPayment: signingPayments({ chains, keys, signingMessages, paymentTerms }),
  }
}
