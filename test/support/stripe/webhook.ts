import type { Deliver } from './events.ts'

/** Delivers events to the webhook of a server at this URL. */
export function webhookOf(url: string): Deliver {
  return async (body, signature) => {
    const headers = { 'content-type': 'application/json', 'stripe-signature': signature }
    return (await fetch(`${url}/v1/billing/webhooks`, { method: 'POST', headers, body })).status
  }
}
