import type { Stripe } from 'stripe'
import { Problem } from '../../../../src/problem.ts'
import type { BillingConfig } from '../../../config/billing.ts'
import type { Outbound } from '../../../http/outbound.ts'

export interface StripeAccess {
  readonly stripe: Stripe
  readonly webhookSecret: string
}

const TIMEOUT_MS = 10_000

export type StripeOf = () => Promise<StripeAccess>

/**
 * The payment provider's client, loaded with the first call.
 * @throws Problem `feature.unconfigured` on a server that has no key.
 */
export function stripeOf(config: BillingConfig['stripe'], { fetch }: Pick<Outbound, 'fetch'>): StripeOf {
  let access: Promise<StripeAccess> | undefined
  return async () => {
    if (!config) {
      throw new Problem(
        'feature.unconfigured',
        'This server does not accept card payments: set ONECLAW_STRIPE_SECRET_KEY and ONECLAW_STRIPE_WEBHOOK_SECRET.',
      )
    }
    access ??= open(config, fetch)
    return access
  }
}

async function open(
  { secretKey, webhookSecret, url }: NonNullable<BillingConfig['stripe']>,
  fetch: Outbound['fetch'],
): Promise<StripeAccess> {
  const { Stripe } = await import('stripe')
  const { protocol, hostname, port } = new URL(url)
  const stripe = new Stripe(secretKey, {
    protocol: protocol === 'http:' ? 'http' : 'https',
    host: hostname,
    ...(port !== '' && { port: Number(port) }),
    timeout: TIMEOUT_MS,
    maxNetworkRetries: 1,
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(fetch),
  })
  return { stripe, webhookSecret }
}

/**
 * A call to the provider.
 * @throws Problem `server.busy` if it is down or refuses: its message goes only to the log
 */
export async function stripeCall<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (cause) {
    throw new Problem('server.busy', 'The payment provider cannot be reached; nothing was charged. Try again later.', {
      cause,
      retryAfter: 10,
    })
  }
}
