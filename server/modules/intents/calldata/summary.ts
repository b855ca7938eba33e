import type { AbiFunction } from 'viem'
import { parseAbi, toFunctionSelector, toFunctionSignature } from 'viem/utils'
import type { z } from 'zod'
import type { Summary as SummaryBody } from '../../../../src/contract/intents/transactions.ts'
import { decimal } from '../amounts.ts'
import type { Intent } from '../intent.ts'
import type { Approvals } from '../node/allowances.ts'
import { isUnlimited } from './approvals.ts'
import { permit2CallOf, tokenCallOf } from './token-calls.ts'

export type Summary = z.output<typeof SummaryBody>

/** The name, symbol and decimals that a token reports; for display only. */
export interface TokenInfo {
  readonly symbol: string
  readonly decimals: number
}

const SWAPS = parseAbi([
  'function swapExactETHForTokens(uint256, address[], address, uint256)',
  'function swapETHForExactTokens(uint256, address[], address, uint256)',
  'function swapExactTokensForETH(uint256, uint256, address[], address, uint256)',
  'function swapTokensForExactETH(uint256, uint256, address[], address, uint256)',
  'function swapExactTokensForTokens(uint256, uint256, address[], address, uint256)',
  'function swapTokensForExactTokens(uint256, uint256, address[], address, uint256)',
  'function swapExactETHForTokensSupportingFeeOnTransferTokens(uint256, address[], address, uint256)',
  'function swapExactTokensForETHSupportingFeeOnTransferTokens(uint256, uint256, address[], address, uint256)',
  'function swapExactTokensForTokensSupportingFeeOnTransferTokens(uint256, uint256, address[], address, uint256)',
  'function exactInputSingle((address, address, uint24, address, uint256, uint256, uint256, uint160))',
  'function exactInputSingle((address, address, uint24, address, uint256, uint256, uint160))',
  'function exactOutputSingle((address, address, uint24, address, uint256, uint256, uint256, uint160))',
  'function exactOutputSingle((address, address, uint24, address, uint256, uint256, uint160))',
  'function exactInput((bytes, address, uint256, uint256, uint256))',
  'function exactInput((bytes, address, uint256, uint256))',
  'function exactOutput((bytes, address, uint256, uint256, uint256))',
  'function exactOutput((bytes, address, uint256, uint256))',
  'function execute(bytes, bytes[], uint256)',
  'function execute(bytes, bytes[])',
  'function swap(address, (address, address, address, address, uint256, uint256, uint256), bytes)',
  'function swap(address, (address, address, address, address, uint256, uint256, uint256), bytes, bytes)',
  'function transformERC20(address, address, uint256, uint256, (uint32, bytes)[])',
])

/** Calls that are described only by their name. */
const OTHERS = parseAbi([
  'function multicall(bytes[])',
  'function multicall(uint256, bytes[])',
  'function multicall(bytes32, bytes[])',
  'function aggregate3((address, bool, bytes)[])',
  'function deposit()',
  'function withdraw(uint256)',
  'function mint(address, uint256)',
  'function burn(uint256)',
  'function safeTransferFrom(address, address, uint256)',
  'function safeTransferFrom(address, address, uint256, bytes)',
  'function execTransaction(address, uint256, bytes, uint8, uint256, uint256, uint256, address, address, bytes)',
])

const UNLIMITED = 'an unlimited amount'

const bySelector = (abi: readonly AbiFunction[]) =>
  new Map(abi.map(item => [toFunctionSelector(item), toFunctionSignature(item)]))
const SWAP_SIGNATURES = bySelector(SWAPS)
const OTHER_SIGNATURES = bySelector(OTHERS)

/** Describes a transaction in words. `token` describes the called contract, if it is known. */
export function summaryOf(intent: Intent, approvals: Approvals, token?: TokenInfo): Summary {
  return judged(described(intent, token), approvals)
}

/** Describes an approval as the guardrail sees it. */
export function judged<T extends { text: string }>(summary: T, { open, unasked }: Approvals): T & { unlimited_approval?: true } {
  if (unasked)
    return { ...summary, text: `${summary.text} The approved amount was not compared with the balance of the account.` }
  if (open === undefined) return summary
  return { ...summary, ...(!summary.text.includes(UNLIMITED) && { text: `${summary.text} ${open}` }), unlimited_approval: true }
}

function described(intent: Intent, token: TokenInfo | undefined): Summary {
  const { to, value, data, chain } = intent
  const paying = value > 0n ? `, paying ${decimal(value)} ${chain.currency}` : ''
  if (to === null) {
    return { kind: 'contract_creation', text: `Create a contract from ${sizeOf(data)} of code${paying}.` }
  }
  if (data === '0x') {
    return { kind: 'transfer', text: `Send ${decimal(value)} ${chain.currency} to ${to}.`, recipient: to }
  }
  const known = tokenCall(to, data, paying, token)
  if (known) return known
  const selector = data.slice(0, 10) as `0x${string}`
  const swap = SWAP_SIGNATURES.get(selector)
  if (swap) return { kind: 'swap', text: `Swap by ${nameOf(swap)} of ${to}${paying}.`, function: swap }
  const other = OTHER_SIGNATURES.get(selector)
  const what = other ? nameOf(other) : data.length >= 10 ? `the unknown function ${selector}` : `${sizeOf(data)} of data`
  return {
    kind: 'contract_call',
    text: `Call ${what} of ${to}${paying}.`,
    ...(other !== undefined && { function: other }),
  }
}

/** The contract whose symbol and decimals the summary needs. */
export function tokenOf({ to, data }: Intent): `0x${string}` | undefined {
  return to !== null && tokenCallOf(data) ? to : undefined
}

function tokenCall(to: `0x${string}`, data: `0x${string}`, paying: string, token: TokenInfo | undefined): Summary | undefined {
  const permit2 = permit2CallOf(data)
  if (permit2) {
    const [contract, spender, amount] = permit2.args
    return approval('approve(address,address,uint160,uint48)', contract, spender, amount, paying, undefined)
  }
  const call = tokenCallOf(data)
  switch (call?.functionName) {
    case 'transfer': {
      const [recipient, amount] = call.args
      const text = `Send ${amountText(amount, to, token)} to ${recipient}${paying}.`
      return { kind: 'token_transfer', text, function: 'transfer(address,uint256)', token: to, recipient, amount: String(amount) }
    }
    case 'transferFrom': {
      const [owner, recipient, amount] = call.args
      const text = `Send ${amountText(amount, to, token)} from ${owner} to ${recipient}${paying}.`
      return {
        kind: 'token_transfer',
        text,
        function: 'transferFrom(address,address,uint256)',
        token: to,
        recipient,
        amount: String(amount),
      }
    }
    case 'approve':
      return approval('approve(address,uint256)', to, ...call.args, paying, token)
    case 'increaseAllowance':
      return approval('increaseAllowance(address,uint256)', to, ...call.args, paying, token)
    case 'permit':
      return approval(
        'permit(address,address,uint256,uint256,uint8,bytes32,bytes32)',
        to,
        call.args[1],
        call.args[2],
        paying,
        token,
      )
    case 'setApprovalForAll': {
      const [spender, approved] = call.args
      const text = approved
        ? `Let ${spender} move everything held in ${to}${paying}.`
        : `End the right of ${spender} to move what is held in ${to}${paying}.`
      return { kind: 'collection_approval', text, function: 'setApprovalForAll(address,bool)', token: to, spender }
    }
  }
  return undefined
}

function approval(
  signature: string,
  token: string,
  spender: string,
  amount: bigint,
  paying: string,
  info: TokenInfo | undefined,
): Summary {
  const what = isUnlimited(amount) ? `${UNLIMITED} of ${tokenText(token, info)}` : amountText(amount, token, info)
  const text =
    amount === 0n
      ? `Let ${spender} spend nothing of ${tokenText(token, info)} any more${paying}.`
      : `Let ${spender} spend ${what}${paying}.`
  return { kind: 'token_approval', text, function: signature, token, spender, amount: String(amount) }
}

function amountText(amount: bigint, token: string, info: TokenInfo | undefined): string {
  return info
    ? `${decimal(amount, info.decimals)} ${tokenText(token, info)}`
    : `${amount} base units of ${tokenText(token, info)}`
}

/** A symbol proves nothing: anyone can call a token USDC. */
function tokenText(token: string, info: TokenInfo | undefined): string {
  return info ? `${info.symbol} (${token})` : token
}

function nameOf(signature: string): string {
  return signature.slice(0, signature.indexOf('('))
}

function sizeOf(data: string): string {
  const size = data.length / 2 - 1
  return size === 1 ? '1 byte' : `${size} bytes`
}
