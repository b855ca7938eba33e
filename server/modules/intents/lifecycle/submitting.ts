import type { Database } from '../../../db/database.ts'
import type { AuditStore } from '../../../stores/audit/audit.ts'
import type { IntentStore } from '../../../stores/intents/intents.ts'
import type { TransactionRow } from '../../../stores/intents/transaction-rows.ts'
import type { Answer, Idempotency } from './idempotency.ts'
import type { GapFiller } from './nonce-gaps.ts'
import type { Draft, ReservingStores } from './reserving.ts'
import type { Send, Sent } from './sending.ts'
import { concluded, settle } from './settling.ts'
import type { Issued, Signing } from './signing.ts'

export interface SubmittingDeps {
  readonly database: Database<ReservingStores & { readonly audit: AuditStore }>
  readonly signing: Signing
  readonly gapFiller: GapFiller
  readonly send: Send
  readonly idempotency: Idempotency
  readonly answerOf: (row: TransactionRow, remaining: string | undefined, chain: Draft['intent']['chain']) => Answer
  readonly clock: () => number
}

export type Submitting = ReturnType<typeof submitting>

/** Sends signed transactions and records the result. */
export function submitting({ database, signing, gapFiller, send, idempotency, answerOf, clock }: SubmittingDeps) {
  /** A requested nonce is the caller's responsibility. */
  async function leavesGap(intents: IntentStore, { nonce }: Draft, row: Issued['row'], sent: Sent): Promise<boolean> {
    if (sent.outcome !== 'refused' || sent.nonceUsed || 'wanted' in nonce) return false
    return gapFiller.isGap(intents, row)
  }

  return async (draft: Draft): Promise<Answer> => {
    const { row, remaining } = await signing.issue(draft)
    const { chain } = draft.intent
    const sent = await send(chain, row.signed_tx, row.tx_hash)
    let isGap = false
    const answer = await database.run(async ({ intents }) => {
      isGap = await leavesGap(intents, draft, row, sent)
      const outcome = concluded(sent, clock(), isGap)
      await settle(intents, row, outcome, clock())
      const left = sent.outcome === 'refused' ? undefined : remaining
      const answer = answerOf({ ...row, ...changed(outcome) }, left, chain)
      await idempotency.end(intents, draft.claim, answer)
      return answer
    })
    if (isGap) await gapFiller.fill({ ...row, status: 'failed' })
    return answer
  }
}

/** The columns that the reply shows. */
function changed({ fields }: ReturnType<typeof concluded>): Partial<TransactionRow> {
  const { status, chain_status, error_message, signed_tx } = fields
  return {
    ...(status !== undefined && { status }),
    ...(chain_status !== undefined && { chain_status }),
    ...(error_message !== undefined && { error_message }),
    ...(signed_tx !== undefined && { signed_tx }),
  }
}
