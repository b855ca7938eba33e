import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { RequirementV1, RequirementV2, Terms } from './terms.ts'

/** A payment that a client has signed. */
export interface Proof {
  /** The decoded message of the client. */
  readonly payload: { readonly x402Version: number } & Readonly<Record<string, unknown>>
  readonly requirement: RequirementV1 | RequirementV2
  /** SHA-256 in hexadecimal of what makes the payment unique: another spelling of the same payment has the same hash. */
  readonly hash: string
  readonly payer: string
  /** The nonce that the token contract accepts once, hexadecimal. */
  readonly nonce: string
  /** Epoch seconds after which the token contract no longer accepts it. */
  readonly validBefore: number
}

type Headers = Readonly<Record<string, unknown>>

const MAX_HEADER = 12_000
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/
const ADDRESS = /^0x[0-9a-fA-F]{40}$/
const SECONDS = /^\d{1,15}$/
const NONCE = /^0x[0-9a-fA-F]{64}$/

/** The header of the protocol's second version, or of its first. */
export function proofHeader(headers: Headers): string | undefined {
  const value = headers['payment-signature'] ?? headers['x-payment']
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The payment in a header, as JSON or base64 of JSON; otherwise the reason why it does not match these terms. */
export async function readProof(header: string, terms: Terms): Promise<Proof | string> {
  const json = decoded(header)
  if (json === undefined) return 'the payment is neither JSON nor base64 of it'
  const { parsePaymentPayload } = await import('@x402/core/schemas')
  const parsed = parsePaymentPayload(json)
  if (!parsed.success) return 'the payment does not have the form of the protocol'
  const payload = parsed.data as Proof['payload']
  const requirement = payload.x402Version === 1 ? ofV1(payload, terms.v1) : ofV2(payload, terms.v2)
  if (!requirement) return 'the payment is for other terms than these'
  const authorization = authorizationOf(payload)
  if (!authorization) return 'the payment has no authorization by EIP-3009'
  const { from, nonce, validBefore } = authorization
  const unique = JSON.stringify([terms.v2.network, terms.v2.asset.toLowerCase(), from.toLowerCase(), nonce.toLowerCase()])
  return { payload, requirement, payer: from, nonce, validBefore, hash: createHash('sha256').update(unique).digest('hex') }
}

function decoded(header: string): unknown {
  if (header.length > MAX_HEADER) return undefined
  const text = BASE64.test(header) ? Buffer.from(header, 'base64').toString('utf8') : header
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function ofV1(payload: Readonly<Record<string, unknown>>, own: RequirementV1): RequirementV1 | undefined {
  return payload['scheme'] === own.scheme && payload['network'] === own.network ? own : undefined
}

function ofV2(payload: Readonly<Record<string, unknown>>, own: RequirementV2): RequirementV2 | undefined {
  return isDeepStrictEqual(payload['accepted'], own) ? own : undefined
}

/** The payer, the nonce that the token contract accepts once, and its expiry (EIP-3009). */
function authorizationOf({ payload }: Readonly<Record<string, unknown>>) {
  const { authorization } = (payload ?? {}) as { authorization?: { from?: unknown; nonce?: unknown; validBefore?: unknown } }
  const { from, nonce, validBefore } = authorization ?? {}
  if (typeof from !== 'string' || typeof nonce !== 'string') return undefined
  if (!SECONDS.test(String(validBefore))) return undefined
  return ADDRESS.test(from) && NONCE.test(nonce) ? { from, nonce, validBefore: Number(validBefore) } : undefined
}
