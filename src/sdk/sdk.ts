/**
 * The client for programs: every operation of the API as a method, answering `{ data, error, meta }`. It needs nothing but `fetch`, so it
 * runs in Node, in browsers and on edge runtimes.
 *
 *     const client = createClient({ baseUrl, agentId, apiKey })
 *     const { data, error } = await client.secrets.get(vaultId, 'prod/db')
 */
import { type Auth, bearer, keyExchange } from '../client/auth.ts'
import type { Call } from '../client/call.ts'
import { createClient as createCaller } from '../client/client.ts'
import type { Payer } from '../client/payer.ts'
import { fetchTransport } from '../client/transport-fetch.ts'
import { Problem } from '../problem.ts'
import { customerKeysOf } from './customer-keys.ts'
import { deciphering } from './deciphering.ts'
import { SDK_HINTS } from './hints.ts'
import { type Resources, resources } from './resources.ts'

export type { CallOptions, Input, OperationId, Reply } from '../client/client.ts'
export { Problem } from '../problem.ts'
export type { Resources } from './resources.ts'
export type { Meta, Result } from './result.ts'

/** The address of the server, and which credential to use: a key or a token, not both. */
export interface SdkOptions {
  /** The URL of the server, such as `https://claw.example.com`. */
  readonly baseUrl: string
  /** A personal key (`1ck_…`) or an agent's key (`ocv_…`). It is exchanged for short-lived tokens, which are renewed automatically. */
  readonly apiKey?: string | undefined
  /** The id of the agent that the key belongs to. */
  readonly agentId?: string | undefined
  /** A token that is used as it is, instead of a key. */
  readonly token?: string | undefined
  /** The time limit of a call with all its attempts, in milliseconds (default: 30 000). */
  readonly timeoutMs?: number | undefined
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Pays for requests if the server requires it (x402). */
  readonly payer?: Payer | undefined
  /** Customer keys of vaults, 32 bytes as base64 or hexadecimal: values are encrypted and decrypted in this program. */
  readonly cmekKeys?: readonly string[] | undefined
}

/** The client for programs. Its methods do not throw: they return `{ data, error, meta }`. */
export interface Sdk extends Resources {
  readonly baseUrl: string
  /** Calls any operation by its id; throws a `Problem` instead of returning it. */
  readonly call: Call
}

/** @throws Problem `config.invalid` for invalid options. */
export function createClient(options: SdkOptions): Sdk {
  const { baseUrl, timeoutMs, payer, cmekKeys = [] } = options
  const transport = fetchTransport(options.fetch)
  const client = createCaller({ baseUrl, timeoutMs, payer, transport, auth: authOf(options), hints: SDK_HINTS })
  const deciphered = deciphering(client.call, customerKeysOf(cmekKeys))
  // Without a key nothing can be encrypted, so no vault is asked whether it has one; the server refuses a value that should have been
  // encrypted.
  const call: Call = (id, ...args) => (id === 'secrets.put' && cmekKeys.length === 0 ? client.call : deciphered)(id, ...args)
  return { ...resources(call), baseUrl, call }
}

function authOf({ token, apiKey, agentId }: SdkOptions): Auth | undefined {
  if (token !== undefined && apiKey !== undefined) throw new Problem('config.invalid', 'Give a token or an apiKey, not both.')
  if (token !== undefined) return bearer(given('token', token))
  if (apiKey === undefined && agentId !== undefined)
    throw new Problem('config.invalid', 'An agentId needs the apiKey of this agent.')
  if (apiKey === undefined) return undefined
  const key = given('apiKey', apiKey)
  const isAgent = agentId !== undefined || key.startsWith('ocv_')
  return keyExchange(isAgent ? { kind: 'agent', apiKey: key, agentId } : { kind: 'user', apiKey: key })
}

/** A credential from a file or the environment: without the line break at its end, and not empty. */
function given(name: string, credential: string): string {
  const text = credential.trim()
  if (text === '') throw new Problem('config.invalid', `The ${name} is empty.`)
  return text
}
