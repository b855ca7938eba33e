import type { Database } from '../../../db/database.ts'
import type { Actor } from '../../../policy/actor.ts'
import type { CanonicalPath, Grant } from '../../../policy/grant.ts'
import type { AuditStore } from '../../../stores/audit/audit.ts'
import type { IntentStore } from '../../../stores/intents/intents.ts'
import type { TransactionRow } from '../../../stores/intents/transaction-rows.ts'
import type { DataFees } from '../node/data-fees.ts'
import { nodeCall, type Quotes } from '../node/quote.ts'
import type { Chains } from '../ports.ts'
import type { KeysOfAgent } from './keys-of-agent.ts'
import { isWaitedFor } from './nonces.ts'
import { costOf, type Draft, PENDING_MS, type Reserved, type ReservingStores, rowOf } from './reserving.ts'
import type { Send } from './sending.ts'
import { concluded, settle } from './settling.ts'
import type { Signing } from './signing.ts'
import { book, openAccount } from './spending.ts'

export interface GapFillerDeps {
  readonly database: Database<ReservingStores & { readonly audit: AuditStore }>
  readonly chains: Pick<Chains, 'byChainId'>
  readonly authorize: (
    action: 'transaction.submit',
    actor: Actor,
    target: { readonly agentId: string },
    ip: string,
  ) => Promise<Grant<'transaction.submit'>>
  readonly keys: KeysOfAgent
  readonly quotes: Quotes
  readonly dataFees: DataFees
  readonly signing: Signing
  readonly send: Send
  readonly clock: () => number
}

export type GapFiller = ReturnType<typeof gapFiller>

/**
 * Transactions with later nonces wait forever for one that was never sent. So an empty transfer to the sender takes its nonce. It is
 * decided again as if the agent requested it from its earlier address, and costs no more than was reserved for the other transaction.
 */
export function gapFiller({ database, chains, authorize, keys, quotes, dataFees, signing, send, clock }: GapFillerDeps) {
  async function draftFor(row: TransactionRow): Promise<Draft> {
    const chain = await chains.byChainId(row.chain_id)
    if (!chain) throw new Error('The chain no longer exists.')
    const { agent_id: agentId, ip_address: ip } = row
    const actor = await keys.actorOf(row.org_id, agentId)
    const grant = await authorize('transaction.submit', actor, { agentId }, ip)
    const keyPath = row.key_path as CanonicalPath
    const key = await keys.find(actor, { keyPath, vaultId: row.key_vault_id }, ip)
    const { address } = key.key
    if (address !== row.from_address) throw new Error('The signing key has changed.')
    const intent = { chain, to: address, value: 0n, data: '0x', keyPath, vaultId: row.key_vault_id, gasLimit: undefined } as const
    const [fee, gasLimit, dataFee] = await Promise.all([
      quotes.fee(chain, undefined),
      quotes.gas(chain, nodeCall(address, intent)),
      dataFees.highest(intent),
    ])
    const text = `Send nothing to itself: takes the nonce of a transaction that failed (${row.id}).`
    const nonce = { wanted: row.nonce ?? 0 }
    return {
      grant,
      intent,
      key,
      summary: { kind: 'transfer', text },
      fee,
      gasLimit,
      nonce,
      approvals: { measured: true },
      dataFee,
      simulation: undefined,
      claim: undefined,
    }
  }

  /** The nonce is handed over within one unit of work, so nobody else can take it. Undefined if the transaction is already settled. */
  function takePlace(
    draft: Draft,
    { id, org_id, agent_id, nonce, status }: TransactionRow,
  ): Promise<Reserved['row'] | undefined> {
    return database.run(async ({ intents }) => {
      const now = clock()
      const counted = costOf(draft)
      const account = await openAccount(intents, agent_id, now)
      const refused = await intents.byId(org_id, agent_id, id)
      if (nonce === null || !refused?.holds_nonce || refused.status !== status) return undefined
      const seq = await book(intents, account, counted)
      const due_at = now + PENDING_MS
      const filler = { ...rowOf(draft, now), seq, nonce, holds_nonce: true, counted_wei: String(counted), due_at }
      await intents.change(org_id, id, status, { holds_nonce: false, due_at: null })
      await intents.add(filler)
      return filler
    })
  }

  async function fill(row: TransactionRow): Promise<void> {
    const draft = await draftFor(row)
    // The data fee of a rollup is never lower for less data.
    if (costOf({ ...draft, dataFee: 0n }) > costOfRow(row)) throw new Error('It would cost more than was reserved.')
    const filler = await takePlace(draft, row)
    if (!filler) return
    const issued = await signing.complete(draft, { row: filler, remaining: undefined })
    const sent = await send(draft.intent.chain, issued.row.signed_tx, issued.row.tx_hash)
    await database.run(({ intents }) => settle(intents, issued.row, concluded(sent, clock()), clock()))
  }

  return {
    /** Whether transactions wait for this nonce. It locks in the same order as reserving. */
    async isGap(intents: IntentStore, row: TransactionRow): Promise<boolean> {
      if (row.nonce === null || !row.holds_nonce) return false
      await openAccount(intents, row.agent_id, clock())
      return isWaitedFor(intents, row.chain_id, row.from_address, row.nonce)
    },

    /**
     * For a transaction in its current state, with a nonce that it will not use. If the nonce cannot be filled, the next transaction gets
     * it.
     */
    async fill(row: TransactionRow): Promise<void> {
      await fill(row).catch(() => {
        const outcome = { from: row.status, fields: { due_at: null }, freesNonce: true }
        return database.run(({ intents }) => settle(intents, row, outcome, clock()))
      })
    },
  }
}

function costOfRow({ value_wei, gas_limit, gas_price, max_fee_per_gas }: TransactionRow): bigint {
  return BigInt(value_wei) + BigInt(gas_limit ?? 0) * BigInt(gas_price ?? max_fee_per_gas ?? 0)
}
