import { signMessage } from '../../../src/contract/intents/messages.ts'
import { signPayment } from '../../../src/contract/intents/payments.ts'
import { agentSpending } from '../../../src/contract/intents/spending.ts'
import {
  getTransaction,
  listTransactions,
  signTransaction,
  simulateBundle,
  simulateTransaction,
  submitTransaction,
} from '../../../src/contract/intents/transactions.ts'
import type { Mount } from '../../http/mount.ts'
import type { AssembledIntents } from './assembly.ts'
import type { Listing } from './listing.ts'
import type { SpendingByDay } from './spending-by-day.ts'

/** `intents` loads its code when it is first called. */
export function intentRoutes(
  mount: Mount,
  intents: () => Promise<AssembledIntents>,
  listing: Listing,
  spendingByDay: SpendingByDay,
): void {
  mount(submitTransaction, async ({ grant, body, idempotencyKey, answerWith }) => {
    const { status, body: transaction } = await (await intents()).submit(grant, body, idempotencyKey)
    if (status !== 201) answerWith(status)
    return transaction
  })
  mount(signTransaction, async ({ grant, body, idempotencyKey, answerWith }) => {
    const { status, body: transaction } = await (await intents()).sign(grant, body, idempotencyKey)
    if (status === 422) answerWith(status)
    return transaction
  })
  mount(signMessage, async ({ grant, body, idempotencyKey }) => (await intents()).signMessage(grant, body, idempotencyKey))
  mount(signPayment, async ({ grant, body }) => (await intents()).signPayment(grant, body))
  mount(simulateTransaction, async ({ grant, body }) => (await intents()).simulate(grant, body))
  mount(simulateBundle, async ({ grant, body }) => ({ simulations: await (await intents()).simulateBundle(grant, body) }))
  mount(listTransactions, async ({ grant, query }) => listing.list(grant, query))
  mount(agentSpending, ({ grant, query }) => spendingByDay(grant, query))
  mount(getTransaction, async ({ grant, params, query }) => listing.get(grant, params.tx_id, query))
}
