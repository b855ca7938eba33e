import type { Rpc, RpcError } from '../../../http/json-rpc.ts'
import { tokenTransferOf } from '../calldata/token-calls.ts'
import { count, hex, isBytes, isUnsupported, printable } from '../node/node-values.ts'
import { revertOf } from '../node/reverts.ts'
import type { Chain } from '../ports.ts'
import type { Movement, Rehearsal, Simulated, Simulator } from './simulated.ts'

const METHOD = 'eth_call'

/**
 * With `eth_call` and `eth_estimateGas`, which every node has. They show neither what code moves nor the changes of an earlier call. So
 * only movements in the calldata itself are reported, and only the first of several calls can be judged.
 */
export function simulateByCall(rpcOf: (chain: Chain) => Rpc): Simulator {
  return async ({ chain, from, calls: [first, ...others] }) => {
    const rpc = rpcOf(chain)
    const result = first ? [await simulate(rpc, from, first)] : []
    return [...result, ...others.map(() => UNKNOWN)]
  }
}

const UNKNOWN: Simulated = {
  status: 'error',
  method: METHOD,
  movements: [],
  failure: { code: 'BUNDLE_UNSUPPORTED', error: "the chain's node cannot simulate calls that build on each other" },
}

async function simulate(rpc: Rpc, from: `0x${string}`, call: Rehearsal['calls'][number]): Promise<Simulated> {
  const { to, value, data, gasLimit } = call
  const request = {
    from,
    ...(to !== null && { to }),
    value: hex(value),
    data,
    ...(gasLimit !== undefined && { gas: hex(gasLimit) }),
  }
  const answer = await rpc.call(METHOD, [request, 'latest'])
  if (answer.error) return failed(answer.error)
  const estimate = await rpc.call('eth_estimateGas', [request])
  // A call that nodes would run but the sender cannot pay for is only detected here.
  if (estimate.error) return isUnsupported(estimate.error) ? succeeded(from, call) : failed(estimate.error)
  return { ...succeeded(from, call), gasUsed: count(estimate.result, 'an amount of gas') }
}

function succeeded(from: `0x${string}`, { to, value, data }: Rehearsal['calls'][number]): Simulated {
  const native: Movement[] = value > 0n && to !== null ? [{ token: null, from, to, amount: value }] : []
  const transfer = to === null ? undefined : tokenTransferOf(data)
  const tokens: Movement[] = transfer
    ? [{ token: to, from: transfer.from ?? from, to: transfer.to, amount: transfer.amount }]
    : []
  return { status: 'success', method: METHOD, movements: [...native, ...tokens] }
}

function failed(error: RpcError): Simulated {
  const text = printable(error.message)
  const revert = isBytes(error.data) ? revertOf(error.data) : /revert/i.test(text) ? revertOf('0x') : undefined
  const code = revert
    ? 'EXECUTION_REVERTED'
    : /insufficient (funds|balance)/i.test(text)
      ? 'INSUFFICIENT_FUNDS'
      : 'EXECUTION_FAILED'
  return { status: 'reverted', method: METHOD, movements: [], failure: { code, error: text, ...(revert && { revert }) } }
}
