import { getAddress } from 'viem/utils'
import { fields, isBytes, list } from '../node/node-values.ts'
import type { Movement } from './simulated.ts'

/** keccak256 of the events' signatures. */
const TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'
const DEPOSIT = '0xe1fffcc4923d04b559f4d29a8bfc6cda04eb5b0d3c460751c2402c5c5cc9109c'
const WITHDRAWAL = '0x7fcf532c15f0a6db0bd6d0e038bea71d30d808c7d98cb3bf7268a95bf5081b65'
/** The address that stands for the native currency in the logs of eth_simulateV1 with `traceTransfers`. */
const NATIVE = '0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee'
const NOBODY = '0x0000000000000000000000000000000000000000'

/** The transfers in the logs of a call: ERC-20 transfers, wrapping and unwrapping, and traced native ones. */
export function movementsOf(logs: unknown): Movement[] {
  return list(logs, 'a list of logs').flatMap(log => {
    const { address, topics, data } = fields(log, 'a log')
    const [topic, first, second, ...rest] = list(topics, 'topics')
    const token = addressOf(address)
    const amount = isBytes(data) && data.length === 66 ? BigInt(data) : undefined
    if (!token || amount === undefined || amount === 0n || rest.length > 0) return []
    if (topic === TRANSFER) {
      const [from, to] = [addressIn(first), addressIn(second)]
      return from && to ? [{ token: nativeOr(token), from: somebody(from), to: somebody(to), amount }] : []
    }
    const holder = addressIn(first)
    if (!holder || second !== undefined) return []
    // WETH9 and its copies emit this instead of a transfer from or to the zero address.
    if (topic === DEPOSIT) return [{ token, from: undefined, to: holder, amount }]
    if (topic === WITHDRAWAL) return [{ token, from: holder, to: undefined, amount }]
    return []
  })
}

function nativeOr(token: `0x${string}`): `0x${string}` | null {
  return token.toLowerCase() === NATIVE ? null : token
}

function somebody(address: `0x${string}`): `0x${string}` | undefined {
  return address === NOBODY ? undefined : address
}

/** The address in an indexed word. */
function addressIn(topic: unknown): `0x${string}` | undefined {
  return isBytes(topic) && topic.length === 66 ? getAddress(`0x${topic.slice(26)}`) : undefined
}

function addressOf(value: unknown): `0x${string}` | undefined {
  return isBytes(value) && value.length === 42 ? getAddress(value) : undefined
}
