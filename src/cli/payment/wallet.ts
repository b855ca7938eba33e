import { Problem } from '../../problem.ts'
import type { SignedIn } from '../session/signed-in.ts'
import { keyIn } from './key-file.ts'

/** The server's price of one request (x402, version 2). */
export interface Offer {
  readonly x402Version: number
  readonly accepts: readonly Wanted[]
}

export interface Wanted {
  readonly scheme: string
  readonly network: `${string}:${string}`
  readonly asset: string
  /** In the smallest unit of the asset. */
  readonly amount: string
  readonly payTo: string
}

/** Signs a payment; returns the value of the `PAYMENT-SIGNATURE` header. */
export type Wallet = (offer: Offer, wanted: Wanted) => Promise<string>

/** `intents`, or `intents:<path of a signing key>`. */
const KEPT_BY_SERVER = /^intents(?::(.+))?$/

/** @param given the file of a key, or `intents` for a signing key that the server keeps for the agent of this run */
export function walletOf(given: string, signedIn: (() => SignedIn) | undefined): Wallet {
  const kept = KEPT_BY_SERVER.exec(given)
  return kept ? keptWallet(kept[1], signedIn) : fileWallet(given)
}

/** A key in a file. @throws Problem `config.invalid` */
function fileWallet(file: string): Wallet {
  return async (offer, wanted) => {
    const [{ encodePaymentSignatureHeader }, { x402Client }, { ExactEvmScheme }, { privateKeyToAccount }] = await Promise.all([
      import('@x402/core/http'),
      import('@x402/core/client'),
      import('@x402/evm'),
      import('viem/accounts'),
    ])
    const account = privateKeyToAccount(keyIn(file))
    const client = x402Client.fromConfig({ schemes: [{ network: wanted.network, client: new ExactEvmScheme(account) }] })
    const payment = await client.createPaymentPayload({ ...offer, accepts: [wanted] } as never)
    return encodePaymentSignatureHeader(payment)
  }
}

/**
 * A signing key of the agent, which never leaves the server: that signs only payments to itself, within the agent's guardrails.
 * @throws Problem `usage` if nobody is signed in, `policy.denied` for a person, or by a guardrail
 */
function keptWallet(path: string | undefined, signedIn: (() => SignedIn) | undefined): Wallet {
  return async (_offer, { amount }) => {
    if (!signedIn) throw new Problem('usage', '--pay-with intents needs an agent, and nobody is signed in.')
    const session = signedIn()
    const { signerId } = await import('../intents/subject.ts')
    const params = { agent_id: await signerId(session, undefined) }
    const body = { amount, ...(path !== undefined && { signing_key_path: path }) }
    return (await session.client.call('intents.sign-payment', { params, body })).payment
  }
}
