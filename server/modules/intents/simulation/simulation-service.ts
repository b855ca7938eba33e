import type { Database } from '../../../db/database.ts'
import { grantEvent, type NewEvent } from '../../../policy/event.ts'
import type { Grant } from '../../../policy/grant.ts'
import type { AgentStore } from '../../../stores/agents.ts'
import type { IntentStore } from '../../../stores/intents/intents.ts'
import { decimal } from '../amounts.ts'
import type { Intent } from '../intent.ts'
import { guardrailsOf, type Refusal, refusalOf, refused, remaining } from '../lifecycle/guardrails.ts'
import type { KeysOfAgent } from '../lifecycle/keys-of-agent.ts'
import type { Preparing } from '../lifecycle/preparing.ts'
import { committed, openAccount } from '../lifecycle/spending.ts'
import { type Approvals, NOT_MEASURED } from '../node/allowances.ts'
import type { DataFees } from '../node/data-fees.ts'
import { highestFee, type Quotes } from '../node/quote.ts'
import type { Chains, OfAgent } from '../ports.ts'
import type { SimulationBody, Simulations } from './simulations.ts'

export interface SimulationServiceDeps {
  readonly database: Database<{ intents: IntentStore; agents: AgentStore }>
  readonly keys: KeysOfAgent
  readonly quotes: Quotes
  readonly dataFees: DataFees
  readonly preparing: Preparing
  readonly simulate: Simulations
  readonly isNamed: Chains['isNamed']
  /** Resolves when the events are committed. */
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

type SimulationGrant = Grant<'transaction.simulate'>

/** The assumed gas for a call whose gas is unknown. */
const PLAIN_GAS = 21_000

export type SimulationService = ReturnType<typeof simulationService>

/** Simulates transactions, and checks them against the guardrails. Nothing is reserved or signed. */
export function simulationService({
  database,
  keys,
  quotes,
  dataFees,
  preparing,
  simulate,
  isNamed,
  record,
  clock,
}: SimulationServiceDeps) {
  async function judged(
    { orgId, resource: { agentId } }: OfAgent,
    intents: readonly Intent[],
    results: readonly SimulationBody[],
    asked: readonly { readonly approvals: Approvals; readonly dataFee: bigint }[],
    price: bigint,
  ) {
    return database.run(async stores => {
      const agent = await stores.agents.byId(orgId, agentId)
      if (!agent) throw new Error('The agent no longer exists.')
      const rails = guardrailsOf(agent)
      const before = await committed(stores.intents, await openAccount(stores.intents, agentId, clock()))
      let spent = before
      return intents.map((intent, index) => {
        const gas = intent.gasLimit ?? BigInt(results[index]?.gas_used || PLAIN_GAS)
        const { approvals, dataFee } = asked[index] ?? { approvals: NOT_MEASURED, dataFee: 0n }
        const counted = intent.value + gas * price + dataFee
        const refusal = refusalOf(rails, intent, { counted, spent, approvals }, isNamed)
        const judgement = { rails, spent, refusal, body: guardrailsBody(refusal, remaining(rails, spent)) }
        if (!refusal) spent += counted
        return judgement
      })
    })
  }

  return {
    /**
     * Simulates transactions of one chain that build on each other.
     * @param isStrict refuse a transaction that the guardrails would refuse; for requests of the agent itself
     * @throws Problem `policy.denied` in that case
     */
    async rehearse(grant: SimulationGrant, intents: readonly [Intent, ...Intent[]], isStrict: boolean) {
      const { agentId } = grant.resource
      const actor = grant.actor.type === 'agent' ? grant.actor : await keys.actorOf(grant.orgId, agentId)
      const [first] = intents
      const { chain } = first
      const { key } = await keys.find(actor, first, grant.ip)
      const [results, fee, asked] = await Promise.all([
        simulate({ chain, from: key.address, calls: intents }),
        quotes.fee(chain, undefined),
        Promise.all(
          intents.map(async intent => {
            const approvals = await preparing.approvals(grant, key.address, intent)
            return { approvals, summary: await preparing.summary(intent, approvals), dataFee: await dataFees.highest(intent) }
          }),
        ),
      ])
      const summaries = asked.map(({ summary }) => summary)
      const judgements = await judged(grant, intents, results, asked, highestFee(fee))
      const stop = judgements.findIndex(({ refusal }) => refusal)
      const stopped = judgements[stop]
      if (isStrict && grant.actor.type === 'agent' && stopped?.refusal) {
        throw refused(stopped.refusal, stopped.rails, stopped.spent, intents[stop] ?? first, summaries[stop]?.text ?? '')
      }
      await record(
        results.map(({ simulation_id, status }, index) => {
          const summary = summaries[index]?.text ?? ''
          return eventOf(grant, intents[index] ?? first, { simulation_id, status, summary })
        }),
      )
      return results.map((result, index) => ({
        ...result,
        chain: chain.name,
        chain_id: chain.chainId,
        from: key.address,
        summary: summaries[index] ?? { kind: 'contract_call' as const, text: '' },
        guardrails: judgements[index]?.body ?? { allowed: false },
      }))
    },
  }
}

function guardrailsBody(refusal: Refusal | undefined, left: string | undefined) {
  return {
    allowed: refusal === undefined,
    ...(refusal && { reason: `${refusal.guardrail}: ${refusal.detail}` }),
    ...(left !== undefined && { remaining_daily_allowance_eth: left }),
  }
}

function eventOf(
  grant: SimulationGrant,
  { chain, to, value }: Intent,
  outcome: { simulation_id: string; status: string; summary: string },
): NewEvent {
  return grantEvent(grant, 'transaction.simulate', {
    resourceType: 'agent',
    resourceId: grant.resource.agentId,
    details: { chain: chain.name, chain_id: chain.chainId, to: to ?? '', value: decimal(value), ...outcome },
  })
}
