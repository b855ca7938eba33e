import type { Updateable } from 'kysely'
import type { Schema } from '../../db/schema.ts'
import { releaseNonce } from './nonces.ts'
import { correct, openAccount } from './spending.ts'
import type { IntentStore, TransactionRow } from './store.ts'

/** What has become of a transaction. */
export interface Outcome {
  /** The status it must still have. */
  readonly from: string
  readonly fields: Updateable<Schema['transactions']>
  /** What counts against the daily limit from now on; as before when absent. */
  readonly counts?: bigint
  /** Gives the nonce to the next transaction that needs one. */
  readonly freesNonce?: boolean
}

/**
 * Writes down what has become of a transaction, once: together with what it counts and whether its nonce is free again. False when
 * somebody else has written something down meanwhile. Locks the agent's account first, then the nonces: like reserving does.
 */
export async function settle(
  store: IntentStore,
  { id, agent_id }: TransactionRow,
  outcome: Outcome,
  now: number,
): Promise<boolean> {
  const account = await openAccount(store, agent_id, now)
  const row = await store.byId(agent_id, id)
  if (!row || row.status !== outcome.from) return false
  const { counts } = outcome
  if (counts !== undefined && String(counts) !== row.counted_wei) await correct(store, account, row, counts)
  if (outcome.freesNonce && row.holds_nonce === 1 && row.nonce !== null) {
    await releaseNonce(store, row.chain_id, row.from_address, row.nonce)
  }
  return store.change(id, outcome.from, {
    ...outcome.fields,
    ...(counts !== undefined && { counted_wei: String(counts) }),
    ...(outcome.freesNonce && { holds_nonce: 0 }),
  })
}
