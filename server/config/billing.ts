/** Stripe (https://stripe.com), which takes payments for subscriptions and credits if configured. */
export interface BillingConfig {
  /** Whether requests are counted at all; if not, none is limited. */
  readonly metering: boolean
  readonly stripe: { readonly secretKey: string; readonly webhookSecret: string; readonly url: string } | undefined
}

interface Reader {
  readonly read: (name: string) => string | undefined
  readonly fault: (name: string, message: string) => void
}

const STRIPE = 'https://api.stripe.com'

export function billingConfig(reader: Reader): BillingConfig {
  return { metering: meteringOf(reader), stripe: stripeOf(reader) }
}

function meteringOf({ read, fault }: Reader): boolean {
  const metering = read('METERING') ?? 'on'
  if (metering !== 'on' && metering !== 'off') fault('METERING', 'must be on or off')
  return metering !== 'off'
}

/** Key and webhook secret, or neither. */
function stripeOf({ read, fault }: Reader): BillingConfig['stripe'] {
  const [secretKey, webhookSecret] = [read('STRIPE_SECRET_KEY'), read('STRIPE_WEBHOOK_SECRET')]
  const url = (read('STRIPE_URL') ?? STRIPE).replace(/\/+$/, '')
  if (!secretKey && !webhookSecret) return undefined
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) fault('STRIPE_URL', 'must be an http or https URL')
  if (secretKey && webhookSecret) return { secretKey, webhookSecret, url }
  fault(secretKey ? 'STRIPE_WEBHOOK_SECRET' : 'STRIPE_SECRET_KEY', 'is needed too: Stripe takes a key and a webhook secret')
  return undefined
}
