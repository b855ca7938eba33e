/** Views of chains, transactions and simulations. */

import type { Reply } from '../../../client/client.ts'
import { visible } from '../../context/visible.ts'
import { moment } from '../moment.ts'
import { who } from '../principal-cell.ts'
import type { View } from '../view.ts'

export type Chain = Reply<'chains.get'>
export type Transaction = Reply<'intents.get'>
export type Simulation = Reply<'intents.simulate'>

const DECIMALS = 18

/** What an agent sent on one day. */
type AgentDay = { readonly agent_id: string } & Reply<'agents.spending'>['agents'][number]['days'][number]

export const AGENT_DAY: View<AgentDay> = {
  columns: {
    day: sum => sum.day,
    agent: sum => who('agent', sum.agent_id),
    value: sum => sum.value_eth,
    transactions: sum => sum.transactions,
  },
  name: sum => sum.agent_id,
}

export const CHAIN: View<Chain> = {
  columns: {
    name: chain => chain.name,
    'chain id': chain => chain.chain_id,
    currency: chain => chain.native_currency,
    testnet: chain => chain.is_testnet,
    'for people': chain => chain.display_name,
  },
  name: chain => chain.name,
}

export const CHAIN_DETAILS: View<Chain> = {
  columns: {
    ...CHAIN.columns,
    id: chain => chain.id,
    rpc: chain => chain.rpc_url,
    explorer: chain => chain.explorer_url,
    enabled: chain => chain.is_enabled,
  },
  name: chain => chain.name,
}

export const CHAIN_BALANCE: View<Reply<'chains.balance'>> = {
  columns: {
    address: ({ address }) => address,
    chain: ({ chain }) => chain,
    balance: ({ balance_wei, native_currency: unit }) => `${nativeUnits(balance_wei)} ${unit}`,
  },
  name: ({ balance_wei }) => nativeUnits(balance_wei),
}

export const ADMIN_CHAIN: View<Reply<'chains.update'>> = {
  columns: {
    name: chain => chain.name,
    'chain id': chain => chain.chain_id,
    currency: chain => chain.native_currency,
    testnet: chain => chain.is_testnet,
    enabled: chain => chain.is_enabled,
    rpc: chain => chain.rpc_url?.split(', '),
    'time limit': chain => chain.rpc_timeout_ms && `${chain.rpc_timeout_ms} ms`,
  },
  name: chain => chain.name,
}

export const TRANSACTION: View<Transaction> = {
  columns: {
    id: transaction => transaction.id,
    chain: transaction => transaction.chain,
    nonce: transaction => transaction.nonce,
    status: stateOf,
    value: transaction => nativeUnits(transaction.value_wei),
    what: transaction => transaction.summary?.text,
  },
  name: transaction => transaction.id,
}

export const TRANSACTION_DETAILS: View<Transaction> = {
  columns: {
    what: transaction => transaction.summary?.text,
    status: stateOf,
    error: transaction => transaction.error_message,
    hash: transaction => transaction.tx_hash,
    explorer: transaction => transaction.explorer_url,
    chain: transaction => `${transaction.chain} (${transaction.chain_id})`,
    from: transaction => transaction.from,
    to: transaction => transaction.to,
    value: transaction => nativeUnits(transaction.value_wei),
    nonce: transaction => transaction.nonce,
    'gas limit': transaction => transaction.gas_limit,
    'allowance left': transaction => transaction.remaining_daily_allowance_eth,
    created: transaction => moment(transaction.created_at),
    mined: transaction => moment(transaction.mined_at),
    block: transaction => transaction.block_number,
    id: transaction => transaction.id,
  },
  name: transaction => transaction.id,
}

/** Includes the signed transaction, which is long. */
export const SIGNED_TRANSACTION: View<Transaction> = {
  columns: { ...TRANSACTION_DETAILS.columns, signed: transaction => transaction.signed_tx ?? undefined },
  name: transaction => transaction.id,
}

export const SIMULATION: View<Simulation> = {
  columns: {
    what: simulation => simulation.summary.text,
    chain: simulation => `${simulation.chain} (${simulation.chain_id})`,
    from: simulation => simulation.from,
    status: simulation => simulation.status,
    why: simulation => simulation.error_human_readable,
    changes: simulation => simulation.balance_changes?.map(changeText),
    gas: simulation => simulation.gas_used,
    guardrails: simulation => (simulation.guardrails.allowed ? 'allow it' : simulation.guardrails.reason),
    'allowance left': simulation => simulation.guardrails.remaining_daily_allowance_eth,
    'look at it': simulation => simulation.tenderly_dashboard_url,
  },
  name: simulation => simulation.simulation_id,
}

/** The state of a transaction in one word: its state on the chain as soon as it has one. */
export function stateOf({ status, chain_status }: Transaction): string {
  return status === 'broadcast' && chain_status !== undefined && chain_status !== 'pending' ? chain_status : status
}

/** The length of the longest word of `stateOf`. */
const STATE_WIDTH = 'simulation_failed'.length

/** A line of a live list: the time, the state of the transaction, and its description. Cut at the width of the terminal. */
export function newsLine(transaction: Transaction, now: number, width: number | undefined): string {
  const { chain, nonce, summary, error_message } = transaction
  const time = new Date(now).toTimeString().slice(0, 8)
  const where = `${chain} ${nonce === undefined ? '' : `#${nonce}`}`.trim()
  const what = [summary?.text, error_message].filter(text => text !== undefined).join(' ')
  const line = visible(`${time}  ${stateOf(transaction).padEnd(STATE_WIDTH)}  ${where}  ${what}`)
  return width && line.length > width ? `${line.slice(0, width - 1)}…` : line
}

type Change = NonNullable<Simulation['balance_changes']>[number]

/** Adds the address to the symbol of a token: anyone can give a token the symbol ETH. */
export function changeText({ address, token_symbol: symbol, token, change }: Change): string {
  if (token === undefined) return `${address} ${change} ${symbol ?? ''}`.trim()
  return `${address} ${change} ${symbol ? `${symbol} (${token})` : token}`
}

/** Wei as a decimal number of whole units. */
export function nativeUnits(wei: string): string {
  const digits = wei.padStart(DECIMALS + 1, '0')
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '')
  return digits.slice(0, -DECIMALS) + (fraction && `.${fraction}`)
}

export const SIGNING_KEY: View<{ path: string; address: string; provider: string; version: number }> = {
  columns: { address: key => key.address, path: key => key.path, 'kept in': key => key.provider, version: key => key.version },
  name: key => key.address,
}
