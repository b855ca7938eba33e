import { Problem } from '../../../../src/problem.ts'
import type { Database } from '../../../db/database.ts'
import type { Rpc } from '../../../http/json-rpc.ts'
import type { IntentStore } from '../../../stores/intents/intents.ts'
import type { TransactionRow } from '../../../stores/intents/transaction-rows.ts'
import { count, fields, quantity } from '../node/node-values.ts'
import type { Chain, Chains } from '../ports.ts'
import type { GapFiller } from './nonce-gaps.ts'
import type { Send } from './sending.ts'
import { concluded, type Outcome, settle } from './settling.ts'

export interface FollowingDeps {
  readonly database: Database<{ intents: IntentStore }>
  readonly chains: Pick<Chains, 'byChainId' | 'rpc'>
  readonly send: Send
  /** Loaded when first needed. */
  readonly gapFiller: () => Promise<GapFiller>
  readonly clock: () => number
}

/** How often an issued signature is checked for use; until it is used it counts against the daily limit. */
const OUTSTANDING_MS = 3_600_000
/** The number of transactions in one run, and how many of them are checked at once. */
const AT_ONCE = 200
const PARALLEL = 16
/** A run ends within this time; after it, another process can take its transactions. */
const TAKEN_MS = 60_000
const LONGEST_WAIT_MS = 60_000
const FIRST_WAIT_MS = 1000
/** After this time, an unmined transaction is checked only once a day. It counts as long as it can be mined. */
const OLD_MS = 7 * 24 * 3_600_000
const DAY_MS = 24 * 3_600_000
/** An unmined transaction is sent to the nodes again after this many checks: mempools forget transactions. */
const LOOKS_BEFORE_RESEND = 5

/**
 * Finishes what requests left behind: looks for receipts, resends unconfirmed transactions, releases reservations of dead processes, and
 * frees unused nonces. Each transaction stores when it is due; any number of processes can do this.
 */
export function following({ database, chains, send, gapFiller, clock }: FollowingDeps) {
  const isOld = (row: TransactionRow) => clock() - row.created_at > OLD_MS
  const conclude = (row: TransactionRow, outcome: Omit<Outcome, 'from'>) =>
    database.run(({ intents }) => settle(intents, row, { from: row.status, ...outcome }, clock()))

  /** Later each time, and always after the end of the run that took it. */
  const wait = (row: TransactionRow, more: Outcome['fields'] = {}) => {
    const pause = isOld(row) ? DAY_MS : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(row.attempts, 20))
    return conclude(row, { fields: { ...more, attempts: row.attempts + 1, due_at: clock() + pause } })
  }

  async function follow(row: TransactionRow): Promise<void> {
    if (row.status === 'pending') return abandon(row)
    // The process that was filling its nonce has died.
    if (row.status === 'failed') return (await gapFiller()).fill(row)
    const chain = await chains.byChainId(row.chain_id)
    if (!chain) return void (await conclude(row, { fields: { due_at: null } }))
    if (row.status === 'signed') await sendAgain(chain, row)
    else await lookForReceipt(chain, row)
  }

  /** For a process that died before it signed: releases everything reserved, including the idempotency key. */
  async function abandon(row: TransactionRow): Promise<void> {
    const error_message = 'The server stopped before it was signed.'
    await end(row, { fields: { status: 'failed', error_message, due_at: null }, counts: 0n }, intents =>
      intents.freeKeyOf(row.agent_id, row.id),
    )
  }

  /** Ends a transaction that will not use its nonce, and has its nonce filled if others wait for it. */
  async function end(
    row: TransactionRow,
    outcome: Omit<Outcome, 'from'>,
    also: (intents: IntentStore) => Promise<void> = async () => {},
  ): Promise<void> {
    const { isGap: judge, fill } = await gapFiller()
    const isGap = await database.run(async ({ intents }) => {
      const isGap = await judge(intents, row)
      const fields = { ...outcome.fields, ...(isGap && { due_at: clock() + TAKEN_MS }) }
      const isOurs = await settle(intents, row, { ...outcome, fields, from: row.status, freesNonce: !isGap }, clock())
      if (isOurs) await also(intents)
      return isGap && isOurs
    })
    if (isGap) await fill({ ...row, status: outcome.fields.status ?? row.status })
  }

  async function sendAgain(chain: Chain, row: TransactionRow): Promise<void> {
    const sent = await send(chain, row.signed_tx ?? '', row.tx_hash ?? '')
    if (sent.outcome === 'refused' && !sent.nonceUsed) await end(row, concluded(sent, clock()))
    else if (sent.outcome === 'uncertain') await wait(row, concluded(sent, clock()).fields)
    else await conclude(row, concluded(sent, clock()))
  }

  async function lookForReceipt(chain: Chain, row: TransactionRow): Promise<void> {
    const rpc = chains.rpc(chain)
    const receipt = await receiptOf(rpc, row.tx_hash ?? '')
    if (receipt) return mined(row, receipt)
    const isUsed = (await minedCount(rpc, row.from_address)) > (row.nonce ?? 0)
    if (row.status === 'sign_only') return lapse(row, isUsed)
    // The receipt is checked twice: a node that lags behind can know the count but not yet the receipt.
    if (isUsed && row.chain_status === 'replaced') return displaced(row)
    const isForgotten = !isOld(row) && row.attempts % LOOKS_BEFORE_RESEND === LOOKS_BEFORE_RESEND - 1
    if (!isUsed && isForgotten && row.signed_tx !== null) await send(chain, row.signed_tx, row.tx_hash ?? '')
    await wait(row, { chain_status: isUsed ? 'replaced' : 'pending' })
  }

  async function mined(row: TransactionRow, receipt: Receipt): Promise<void> {
    const cost = receipt.gasUsed * receipt.gasPrice + receipt.dataFee
    const reverted = { status: 'failed', error_message: 'It was included in a block but reverted.' }
    // A signature that the caller received keeps counting at its highest cost, as promised.
    const counts = row.status === 'sign_only' ? {} : { counts: receipt.succeeded ? BigInt(row.value_wei) + cost : cost }
    await conclude(row, {
      ...counts,
      freesNonce: false,
      fields: {
        ...(!receipt.succeeded && row.status === 'broadcast' && reverted),
        chain_status: receipt.succeeded ? 'mined' : 'reverted',
        block_number: receipt.block,
        gas_used: String(receipt.gasUsed),
        effective_gas_price: String(receipt.gasPrice),
        mined_at: clock(),
        holds_nonce: false,
        due_at: null,
      },
    })
  }

  /** A signature that its holder has not sent. It keeps counting, because it could be sent at any time. */
  async function lapse(row: TransactionRow, isUsed: boolean): Promise<void> {
    const later = { fields: { due_at: clock() + OUTSTANDING_MS } }
    if (isUsed) await conclude(row, { fields: { due_at: null, holds_nonce: false } })
    else if (row.holds_nonce) await end(row, later)
    else await conclude(row, later)
  }

  async function displaced(row: TransactionRow): Promise<void> {
    const error_message = 'Another transaction with the same nonce was included in a block instead.'
    await conclude(row, {
      fields: { status: 'failed', error_message, chain_status: 'replaced', holds_nonce: false, due_at: null },
      counts: 0n,
    })
  }

  return {
    /** Call this before requests are answered. If other processes could be working on transactions, this waits until they are due. */
    async recover(): Promise<void> {
      if (database.engine === 'sqlite') await database.run(({ intents }) => intents.recover(clock()))
    },

    isDue: () => database.read(({ intents }) => intents.anyDue(clock())),

    /** One run; returns how many transactions were checked. A chain that does not respond delays only its own. */
    async round(): Promise<number> {
      const now = clock()
      const rows = await database.run(({ intents }) => intents.takeDue(now, now + TAKEN_MS, AT_ONCE))
      const queue = rows.values()
      const worker = async () => {
        for (const row of queue) {
          await follow(row).catch(async error => {
            if (!(error instanceof Problem && error.code === 'chain.unreachable')) throw error
            await wait(row)
          })
        }
      }
      await Promise.all(Array.from({ length: PARALLEL }, worker))
      return rows.length
    },
  }
}

interface Receipt {
  readonly succeeded: boolean
  readonly block: number
  readonly gasUsed: bigint
  readonly gasPrice: bigint
  /** The fee of rollups for publishing data on their base chain. */
  readonly dataFee: bigint
}

async function receiptOf(rpc: Rpc, hash: string): Promise<Receipt | undefined> {
  const answer = await rpc.call('eth_getTransactionReceipt', [hash])
  if (answer.error || answer.result === null || answer.result === undefined) return undefined
  const { status, blockNumber, gasUsed, effectiveGasPrice, l1Fee } = fields(answer.result, 'a receipt')
  return {
    succeeded: status === '0x1',
    block: count(blockNumber, 'a block number'),
    gasUsed: quantity(gasUsed, 'an amount of gas'),
    gasPrice: quantity(effectiveGasPrice ?? '0x0', 'a gas price'),
    dataFee: l1Fee === undefined || l1Fee === null ? 0n : quantity(l1Fee, 'a fee'),
  }
}

async function minedCount(rpc: Rpc, address: string): Promise<number> {
  const answer = await rpc.call('eth_getTransactionCount', [address, 'latest'])
  return answer.error ? 0 : count(answer.result, 'a transaction count')
}
