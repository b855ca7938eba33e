import type { Payer } from '../../client/payer.ts'
import type { HttpReply } from '../../client/transport.ts'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import type { SignedIn } from '../session/signed-in.ts'
import { dollarsIn, dollarsOf } from './dollars.ts'
import { type Offer, type Wanted, walletOf } from './wallet.ts'

/** Flags of a run that can pay for its requests. */
export interface PaymentFlags {
  readonly 'pay-with'?: string | undefined
  readonly 'max-price'?: string | undefined
  readonly 'no-input'?: boolean | undefined
  readonly quiet?: boolean | undefined
}

/** A dollar has as many smallest units as millionths. */
const DECIMALS = 6
const AGAIN_MS = 3_000
const MAX_TRIES = 10

/**
 * Pays with a wallet for requests up to the allowed price. Undefined if this run has no wallet.
 * @param signedIn signs with a key that the server keeps; undefined for an anonymous run
 * @throws Problem `usage` if one of the two is given without the other
 */
export function payerOf(context: Context, flags: PaymentFlags, signedIn?: () => SignedIn): Payer | undefined {
  const given = flags['pay-with'] ?? context.env['ONECLAW_PAY_WITH']
  const price = flags['max-price'] ?? context.env['ONECLAW_MAX_PRICE']
  if (given === undefined) {
    if (flags['max-price'] === undefined) return undefined
    throw new Problem('usage', '--max-price sets a limit, but there is no wallet to pay with.', {
      hint: 'Add --pay-with <key file>, or --pay-with intents.',
    })
  }
  if (price === undefined) {
    throw new Problem('usage', '--pay-with needs a maximum price.', {
      hint: 'Add --max-price <dollars>, such as 0.01.',
    })
  }
  const most = dollarsIn(price)
  const wallet = walletOf(given, signedIn)

  async function pay(request: { method: string; url: string }, { headers }: HttpReply) {
    const header = headers['payment-required']
    // The credits are used up for a request without a price, so there is no payment to sign.
    if (header === undefined) return undefined
    const { decodePaymentRequiredHeader } = await import('@x402/core/http')
    const offer = decodePaymentRequiredHeader(header) as Offer
    const wanted = await affordable(offer, most)
    await ask(request, wanted)
    return { 'payment-signature': await wallet(offer, wanted) }
  }

  /** A person is asked; a program has set its price with --max-price. */
  async function ask({ method, url }: { method: string; url: string }, { amount, network, payTo }: Wanted): Promise<void> {
    if (!context.stdin.isTTY || !context.stderr.isTTY || flags['no-input']) return
    const what = `${method} ${new URL(url).pathname}`
    const yes = await context.prompts.confirm(`Pay $${dollarsOf(BigInt(amount))} on ${network} to ${payTo} for ${what}?`)
    if (!yes) throw new Problem('cancelled', 'Nothing was paid.')
  }

  return {
    pay,
    async answered(reply, tries) {
      const header = reply.headers['payment-response']
      if (header !== undefined && reply.status < 400) {
        const { decodePaymentResponseHeader } = await import('@x402/core/http')
        const { transaction } = decodePaymentResponseHeader(header)
        if (!flags.quiet) context.stderr.write(`Paid: transaction ${transaction}.\n`)
        return false
      }
      if (reply.status !== 402 || tries >= MAX_TRIES || !/send (it|the same payment) again/.test(reply.body)) return false
      await context.sleep(AGAIN_MS)
      return true
    },
  }
}

/**
 * The first acceptable offer.
 * @throws Problem `payment.required`: it costs too much, or is not in dollars
 */
async function affordable({ accepts }: Offer, most: bigint): Promise<Wanted> {
  const { getDefaultAsset } = await import('@x402/evm')
  const inDollars = accepts.filter(({ scheme, network, asset }) => {
    if (scheme !== 'exact') return false
    try {
      const known = getDefaultAsset(network)
      // The server is not trusted about the value of an unknown token.
      return known.decimals === DECIMALS && known.asset.toLowerCase() === asset.toLowerCase()
    } catch {
      return false
    }
  })
  const wanted = inDollars.find(({ amount }) => /^\d{1,30}$/.test(amount) && BigInt(amount) <= most)
  if (wanted) return wanted
  const [first] = inDollars
  if (!first)
    throw new Problem(
      'payment.required',
      'The server asks for payment in a token that is not a known US dollar token; nothing was paid.',
    )
  throw new Problem(
    'payment.required',
    `It costs $${dollarsOf(BigInt(first.amount))}, more than --max-price allows ($${dollarsOf(most)}); nothing was paid.`,
    {
      hint: `Pay it with --max-price ${dollarsOf(BigInt(first.amount))}.`,
    },
  )
}
