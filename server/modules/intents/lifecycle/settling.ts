import type { IntentStore } from '../../../stores/intents/intents.ts'
import type { TransactionRow } from '../../../stores/intents/transaction-rows.ts'
import { releaseNonce } from './nonces.ts'
import type { Sent } from './sending.ts'
import { correct, openAccount } from './spending.ts'

/** The outcome of a transaction. */
export interface Outcome {
  /** The status that the transaction must still have. */
  readonly from: string
  readonly fields: Partial<TransactionRow>
  /** The amount that counts against the daily limit from now on; unchanged if absent. */
  readonly counts?: bigint
  /** Gives the nonce to the next transaction that needs one. */
  readonly freesNonce?: boolean
}

/**
 * Records the outcome of a transaction, once, together with its counted amount and whether its nonce is free again. False if another
 * process has recorded something in the meantime. Locks the agent's account first, then the nonces, like reserving.
 */
export async function settle(
  store: IntentStore,
  { id, org_id, agent_id }: TransactionRow,
  outcome: Outcome,
  now: number,
): Promise<boolean> {
  const account = await openAccount(store, agent_id, now)
  const row = await store.byId(org_id, agent_id, id)
  if (!row || row.status !== outcome.from) return false
  const { counts } = outcome
  if (counts !== undefined && String(counts) !== row.counted_wei) await correct(store, account, row, counts)
  if (outcome.freesNonce && row.holds_nonce && row.nonce !== null) {
    await releaseNonce(store, row.chain_id, row.from_address, row.nonce)
  }
  return store.change(org_id, id, outcome.from, {
    ...outcome.fields,
    ...(counts !== undefined && { counted_wei: String(counts) }),
    ...(outcome.freesNonce && { holds_nonce: false }),
  })
}

/** When a receipt is first checked, and when an unconfirmed transaction is resent. */
const RECEIPT_MS = 1000
const RESEND_MS = 5000
/** When another process fills the nonce of a refused transaction if this one dies. */
const FILL_MS = 60_000

/**
 * The result of sending. A refused signature is deleted: in other hands, it could later bypass the guardrails.
 * @param isGap transactions wait for the nonce: it is kept until it is filled
 */
export function concluded(sent: Sent, now: number, isGap = false): Outcome {
  switch (sent.outcome) {
    case 'accepted':
      return {
        from: 'signed',
        fields: { status: 'broadcast', chain_status: 'pending', error_message: null, attempts: 0, due_at: now + RECEIPT_MS },
      }
    case 'refused':
      return {
        from: 'signed',
        fields: {
          status: 'failed',
          error_message: `The chain refused it: ${sent.why}.`,
          signed_tx: null,
          due_at: isGap ? now + FILL_MS : null,
        },
        counts: 0n,
        freesNonce: !isGap,
      }
    case 'uncertain':
      return {
        from: 'signed',
        fields: { error_message: `No node has confirmed it yet (${sent.why}); it will be sent again.`, due_at: now + RESEND_MS },
      }
  }
}
