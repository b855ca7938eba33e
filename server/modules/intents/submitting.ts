import type { Database } from '../../db/database.ts'
import type { AuditStore } from '../audit/store.ts'
import type { Answer, Idempotency } from './idempotency.ts'
import { isWaitedFor } from './nonces.ts'
import { nodeCall, type Quotes } from './quote.ts'
import { costOf, type Draft, PENDING_MS, type Reserved, type ReservingStores, rowOf } from './reserving.ts'
import type { Send, Sent } from './sending.ts'
import { settle } from './settling.ts'
import type { Issued, Signing } from './signing.ts'
import { book, openAccount } from './spending.ts'
import type { IntentStore, TransactionRow } from './store.ts'

export interface SubmittingDeps {
  readonly database: Database<ReservingStores & { readonly audit: AuditStore }>
  readonly signing: Signing
  readonly quotes: Quotes
  readonly send: Send
  readonly idempotency: Idempotency
  readonly answerOf: (row: TransactionRow, remaining: string | undefined, chain: Draft['intent']['chain']) => Answer
  readonly clock: () => number
}

export type Submitting = ReturnType<typeof submitting>

/** When a receipt is first looked for, and when a transaction that no node confirmed is sent again. */
const RECEIPT_MS = 1000
const RESEND_MS = 5000

/** Sends what was signed and writes down what came of it. */
export function submitting({ database, signing, quotes, send, idempotency, answerOf, clock }: SubmittingDeps) {
  /** Transactions with later nonces wait for this one: its place has to be filled, or they wait for ever. */
  async function isGap(intents: IntentStore, draft: Draft, row: Issued['row'], sent: Sent): Promise<boolean> {
    if (sent.outcome !== 'refused' || sent.nonceUsed || 'wanted' in draft.nonce) return false
    // In the order in which reserving locks.
    await openAccount(intents, row.agent_id, clock())
    return isWaitedFor(intents, row.chain_id, row.from_address, row.nonce)
  }

  /**
   * Puts a transfer of nothing to the sender itself in the place of one that was refused. It costs no more than was reserved for the
   * other. Where that cannot be done, for whatever reason, the nonce is given to the next transaction.
   */
  async function fillGap(refused: Draft, row: Issued['row']): Promise<void> {
    try {
      const { intent, key } = refused
      const { address } = key.key
      const empty = { ...intent, to: address, value: 0n, data: '0x', gasLimit: undefined } as const
      const [fee, gasLimit] = await Promise.all([
        quotes.fee(intent.chain, undefined),
        quotes.gas(intent.chain, nodeCall(address, empty)),
      ])
      const text = `Send nothing to itself: fills the place of a transaction that was refused (${row.id}).`
      const draft: Draft = {
        ...refused,
        intent: empty,
        fee,
        gasLimit,
        summary: { kind: 'transfer', text },
        simulation: undefined,
        claim: undefined,
      }
      if (costOf(draft) > costOf(refused)) throw new Error('It would cost more than was reserved.')
      const filler = await signing.complete(draft, { row: await takePlace(draft, row), remaining: undefined })
      const sent = await send(intent.chain, filler.row.signed_tx, filler.row.tx_hash)
      await database.run(({ intents }) => conclude(intents, filler.row, sent, true))
    } catch {
      await database.run(({ intents }) => settle(intents, row, { from: 'failed', fields: {}, freesNonce: true }, clock()))
    }
  }

  /** The nonce changes hands within one unit of work, so that nobody else takes it. */
  function takePlace(draft: Draft, { id, agent_id, nonce }: Issued['row']): Promise<Reserved['row']> {
    return database.run(async ({ intents }) => {
      const now = clock()
      const counted = costOf(draft)
      const seq = await book(intents, await openAccount(intents, agent_id, now), counted)
      const due_at = now + PENDING_MS
      const filler = { ...rowOf(draft, now), seq, nonce, holds_nonce: 1, counted_wei: String(counted), due_at }
      await intents.change(id, 'failed', { holds_nonce: 0 })
      await intents.add(filler)
      return filler
    })
  }

  /** Writes down what sending came to. A signature that was refused is forgotten: handed out, it could be sent past the guardrails later. */
  async function conclude(intents: IntentStore, row: TransactionRow, sent: Sent, freesNonce: boolean): Promise<TransactionRow> {
    const now = clock()
    const fields = fieldsOf(sent, now)
    const isRefused = sent.outcome === 'refused'
    await settle(intents, row, { from: 'signed', fields, ...(isRefused && { counts: 0n, freesNonce }) }, now)
    return { ...row, ...fields }
  }

  return {
    async submit(draft: Draft): Promise<Answer> {
      const { row, remaining } = await signing.issue(draft)
      const { chain } = draft.intent
      const sent = await send(chain, row.signed_tx, row.tx_hash)
      let gap = false
      const answer = await database.run(async ({ intents }) => {
        gap = await isGap(intents, draft, row, sent)
        const left = sent.outcome === 'refused' ? undefined : remaining
        const answer = answerOf(await conclude(intents, row, sent, !gap), left, chain)
        await idempotency.end(intents, draft.claim, answer)
        return answer
      })
      if (gap) await fillGap(draft, row)
      return answer
    },
  }
}

function fieldsOf(sent: Sent, now: number) {
  switch (sent.outcome) {
    case 'accepted':
      return { status: 'broadcast', chain_status: 'pending', error_message: null, due_at: now + RECEIPT_MS }
    case 'refused':
      return { status: 'failed', error_message: `The chain refused it: ${sent.why}.`, signed_tx: null, due_at: null }
    case 'uncertain':
      return {
        status: 'signed',
        error_message: `No node has confirmed it yet (${sent.why}); it is sent again.`,
        due_at: now + RESEND_MS,
      }
  }
}
