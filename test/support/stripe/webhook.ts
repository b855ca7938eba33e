import type { Deliver } from './events.ts'

/** Delivers to the webhook of a server that listens. */
export function webhookOf(url: string): Deliver {
  return async (body, signature) => {
    const headers = { 'content-type': 'application/json', 'stripe-signature': signature }
    return (await fetch(`${url}/v1/billing/webhooks`, { method: 'POST', headers, body })).status
  }
}
