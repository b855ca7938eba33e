import type { signMessage } from '../../../src/contract/intents/messages.ts'
import {
  signTransaction,
  type simulateBundle,
  type simulateTransaction,
  type submitTransaction,
} from '../../../src/contract/intents/transactions.ts'
import type { BodyOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { Database } from '../../db/database.ts'
import { invalidField } from '../../http/checks.ts'
import { grantEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import { intentOf, signingIntentOf } from './intent.ts'
import type { Answer, Claim, Idempotency } from './lifecycle/idempotency.ts'
import type { Preparing } from './lifecycle/preparing.ts'
import { type Draft, type ReservingStores, recordRefused } from './lifecycle/reserving.ts'
import type { Signing } from './lifecycle/signing.ts'
import type { Submitting, SubmittingDeps } from './lifecycle/submitting.ts'
import { type SigningMessages, signedTransactionReply } from './messages/signing-messages.ts'
import type { Chains } from './ports.ts'
import type { SimulationService } from './simulation/simulation-service.ts'

export interface IntentDeps {
  readonly database: Database<ReservingStores & { readonly audit: AuditStore }>
  readonly chains: Chains
  readonly preparing: Preparing
  readonly signing: Signing
  readonly submitting: Submitting
  readonly simulationService: SimulationService
  readonly idempotency: Idempotency
  readonly signingMessages: SigningMessages
  readonly answerOf: SubmittingDeps['answerOf']
  readonly clock: () => number
}

type Body = BodyOf<typeof signTransaction>

/** The fields that are compared to decide whether two requests are equal: unknown ones are ignored here as everywhere. */
function sameRequest(action: string, body: Body): object {
  const known = Object.entries(body).filter(([name]) => Object.hasOwn(signTransaction.body.shape, name))
  return { ...Object.fromEntries(known), action }
}

export type Intents = ReturnType<typeof intents>

/** Transactions, for agents and the people responsible for them. */
export function intents(deps: IntentDeps) {
  const { database, chains, preparing, signing, submitting, simulationService, idempotency, signingMessages, answerOf, clock } =
    deps

  /** Carried out once for each idempotency key; a failed request releases the key. */
  async function once(
    grant: Grant<'transaction.submit' | 'transaction.sign'>,
    body: Body,
    key: string | undefined,
    carryOut: (draft: Draft) => Promise<Answer>,
  ): Promise<Answer> {
    const { agentId } = grant.resource
    const begun =
      key === undefined
        ? { claim: undefined }
        : await idempotency.begin({ orgId: grant.orgId, agentId }, key, sameRequest(grant.action, body))
    if ('replay' in begun) return begun.replay
    const { claim } = begun
    try {
      const draft = await preparing.draft(grant, await signingIntentOf(chains, agentId, body), claim)
      return draft.simulation?.status === 'reverted' ? await refuse(draft, claim) : await carryOut(draft)
    } catch (error) {
      await idempotency.abandon(claim)
      throw error
    }
  }

  async function refuse(draft: Draft, claim: Claim | undefined): Promise<Answer> {
    const { grant, intent } = draft
    return database.run(async stores => {
      const row = await recordRefused(stores, draft, clock())
      const answer: Answer = { ...answerOf(row, undefined, intent.chain), status: 422 }
      const details = { chain: intent.chain.name, status: 'simulation_failed', summary: draft.summary.text }
      await stores.audit.append(
        [grantEvent(grant, 'transaction.simulate', { resourceType: 'transaction', resourceId: row.id, details })],
        clock(),
      )
      await idempotency.end(stores.intents, claim, answer)
      return answer
    })
  }

  return {
    submit(
      grant: Grant<'transaction.submit'>,
      { mode, ...body }: BodyOf<typeof submitTransaction>,
      key: string | undefined,
    ): Promise<Answer> {
      if (mode === 'smart_account') throw invalidField('mode', 'smart_account needs a smart account, and the agent has none')
      return once(grant, body, key, submitting)
    },

    sign: (grant: Grant<'transaction.sign'>, body: Body, key: string | undefined): Promise<Answer> =>
      once(grant, body, key, async draft => {
        const { row, remaining } = await signing.issue(draft)
        const answer: Answer = { ...answerOf(row, remaining, draft.intent.chain), status: 200 }
        if (draft.claim) await database.run(stores => idempotency.end(stores.intents, draft.claim, answer))
        return answer
      }),

    /** Messages and typed data, and transactions for clients that sign everything in one place. */
    async signMessage(
      grant: Grant<'transaction.sign'>,
      body: BodyOf<typeof signMessage>,
      key: string | undefined,
    ): Promise<ReplyOf<typeof signMessage>> {
      if (body.intent_type !== 'transaction') return signingMessages(grant, body, key)
      const { to, value } = body
      if (to === undefined) throw invalidField('to', 'is required for a transaction')
      if (value === undefined) throw invalidField('value', 'is required for a transaction')
      return signedTransactionReply(await this.sign(grant, { ...body, to, value }, key))
    },

    async simulate(grant: Grant<'transaction.simulate'>, body: BodyOf<typeof simulateTransaction>) {
      const intent = await intentOf(chains, grant.resource.agentId, body)
      const [result] = await simulationService.rehearse(grant, [intent], false)
      if (!result) throw new Error('One transaction was simulated, but there is no result.')
      return result
    },

    async simulateBundle(grant: Grant<'transaction.simulate'>, { transactions }: BodyOf<typeof simulateBundle>) {
      const { agentId } = grant.resource
      const [first, ...others] = await Promise.all(
        transactions.map((body, index) => intentOf(chains, agentId, body, `transactions[${index}].`)),
      )
      if (!first) throw invalidField('transactions', 'must not be empty')
      const stray = others.findIndex(({ chain }) => chain.chainId !== first.chain.chainId)
      if (stray >= 0) throw invalidField(`transactions[${stray + 1}].chain`, 'must be the same for all')
      return simulationService.rehearse(grant, [first, ...others], true)
    },
  }
}
