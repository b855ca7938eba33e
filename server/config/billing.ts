/** Stripe (https://stripe.com), which takes the money for subscriptions and credits where it is set up. */
export interface BillingConfig {
  readonly stripe: { readonly secretKey: string; readonly webhookSecret: string; readonly url: string } | undefined
}

interface Reader {
  readonly read: (name: string) => string | undefined
  readonly fault: (name: string, message: string) => void
}

const STRIPE = 'https://api.stripe.com'

/** Key and webhook secret, or neither. */
export function billingConfig({ read, fault }: Reader): BillingConfig {
  const [secretKey, webhookSecret] = [read('STRIPE_SECRET_KEY'), read('STRIPE_WEBHOOK_SECRET')]
  const url = (read('STRIPE_URL') ?? STRIPE).replace(/\/+$/, '')
  if (!secretKey && !webhookSecret) return { stripe: undefined }
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) fault('STRIPE_URL', 'must be an http or https URL')
  if (secretKey && webhookSecret) return { stripe: { secretKey, webhookSecret, url } }
  fault(secretKey ? 'STRIPE_WEBHOOK_SECRET' : 'STRIPE_SECRET_KEY', 'is needed too: Stripe takes a key and a webhook secret')
  return { stripe: undefined }
}
