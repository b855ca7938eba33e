import { Problem } from '../../../../src/problem.ts'
import type { Rpc, RpcError } from '../../../http/json-rpc.ts'

/** Replies of nodes are checked before they are used: these functions throw Problem `chain.unreachable` for malformed ones. */

const QUANTITY = /^0x[0-9a-f]{1,64}$/i
const BYTES = /^0x([0-9a-f]{2})*$/i

export function quantity(value: unknown, what: string): bigint {
  if (typeof value !== 'string' || !QUANTITY.test(value)) throw garbage(what)
  return BigInt(value)
}

/** A quantity that fits into a number exactly. */
export function count(value: unknown, what: string): number {
  const number = Number(quantity(value, what))
  if (!Number.isSafeInteger(number)) throw garbage(what)
  return number
}

export function isBytes(value: unknown): value is `0x${string}` {
  return typeof value === 'string' && BYTES.test(value)
}

/** The fields of an object; an empty one for null. */
export function fields(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (value === null) return {}
  if (typeof value !== 'object' || value === undefined || Array.isArray(value)) throw garbage(what)
  return { ...value }
}

export function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw garbage(what)
  return value
}

function garbage(what: string): Problem {
  return new Problem('chain.unreachable', `The chain's node answered something other than ${what}.`)
}

/** The result of a call that nodes have no reason to refuse. */
export async function resultOf(rpc: Rpc, method: string, params: readonly unknown[]): Promise<unknown> {
  const answer = await rpc.call(method, params)
  if (answer.error)
    throw new Problem('chain.unreachable', `The chain's node refused ${method}: ${printable(answer.error.message)}.`)
  return answer.result
}

/** Whether the node does not have the method (JSON-RPC 2.0: -32601; some nodes say so in words). */
export function isUnsupported({ code, message }: RpcError): boolean {
  return (
    code === -32601 ||
    code === -32004 ||
    /method .*(not (found|supported|available|exist)|does not exist)|unsupported method/i.test(message)
  )
}

/** A node's text inside one of our messages. */
export function printable(text: string): string {
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .replace(/\.$/, '')
    .slice(0, 300)
}

export const hex = (value: bigint | number): `0x${string}` => `0x${value.toString(16)}`
