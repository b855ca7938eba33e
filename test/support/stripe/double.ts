import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Stripe } from 'stripe'
import { type StripeEvents, stripeEvents } from './events.ts'
import { decodedForm } from './form.ts'
import { publishedTypes, type Wired } from './published-types.ts'
import { faultsOfSession, type Session, sessionObject } from './sessions.ts'

const CUSTOMER = publishedTypes('Customers', 'CustomerCreateParams')
const SESSION = publishedTypes('Checkout/Sessions', 'Checkout.SessionCreateParams')
const PORTAL = publishedTypes('BillingPortal/Sessions', 'BillingPortal.SessionCreateParams')

type Fields = Readonly<Record<string, Wired>>
interface Answer {
  readonly status: number
  readonly body: object
}

export type StripeDouble = Awaited<ReturnType<typeof stripeDouble>>

/**
 * The part of Stripe that the server uses. It accepts only what Stripe's published types allow, serves the pages where people pay, and
 * sends events that the package's own helper signs.
 */
export async function stripeDouble(clock: () => number = Date.now) {
  const secretKey = `sk_test_${randomUUID().replaceAll('-', '')}`
  const webhookSecret = `whsec_${randomUUID().replaceAll('-', '')}`
  const customers = new Map<string, Fields>()
  const sessions = new Map<string, Session>()
  const answered = new Map<string, { readonly params: string; readonly answer: Answer }>()
  /** Every request to the API, as `POST /v1/customers`, and its faults. */
  const asked: { readonly what: string; readonly params: Fields; readonly faults: readonly string[] }[] = []
  let mood: 'well' | 'down' | 'slow' | 'garbage' | 'refusing' = 'well'
  let base = ''

  const fault = (status: number, message: string, type = 'invalid_request_error'): Answer => ({
    status,
    body: { error: { type, message } },
  })

  const endpoints: Readonly<Record<string, readonly [check: (value: Wired) => string[], make: (params: Fields) => Answer]>> = {
    'POST /v1/customers': [
      CUSTOMER,
      params => {
        const id = `cus_${randomUUID().replaceAll('-', '').slice(0, 14)}`
        customers.set(id, params)
        return { status: 200, body: { id, object: 'customer', livemode: false, created: seconds(), ...params } }
      },
    ],
    'POST /v1/checkout/sessions': [
      value => [...SESSION(value), ...faultsOfSession(value as Fields)],
      params => {
        if (!customers.has(String(params['customer']))) return fault(404, `No such customer: '${params['customer']}'`)
        const session = sessionObject(params, base, seconds())
        sessions.set(session.id, session)
        return { status: 200, body: session }
      },
    ],
    'POST /v1/billing_portal/sessions': [
      PORTAL,
      params => {
        if (!customers.has(String(params['customer']))) return fault(404, `No such customer: '${params['customer']}'`)
        const id = `bps_${randomUUID().replaceAll('-', '')}`
        const url = `${base}/portal?back=${encodeURIComponent(String(params['return_url']))}`
        return { status: 200, body: { id, object: 'billing_portal.session', livemode: false, created: seconds(), url } }
      },
    ],
  }

  const seconds = () => Math.trunc(clock() / 1000)

  function api(request: IncomingMessage, body: string): Answer {
    const what = `${request.method} ${request.url}`
    const endpoint = endpoints[what]
    if (!endpoint) return fault(404, `Unrecognized request URL (${what}).`)
    if (request.headers.authorization !== `Bearer ${secretKey}`) return fault(401, 'Invalid API Key provided.')
    if (request.headers['stripe-version'] !== Stripe.API_VERSION) return fault(400, 'Another version of the API.')
    if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return fault(400, 'Not a form.')
    const params = decodedForm(body) as Fields
    const key = request.headers['idempotency-key']
    const before = typeof key === 'string' ? answered.get(key) : undefined
    if (before) return before.params === body ? before.answer : fault(400, 'Keys for idempotent requests…', 'idempotency_error')
    const [check, make] = endpoint
    const faults = check(params)
    asked.push({ what, params, faults })
    const answer = faults.length > 0 ? fault(400, faults.join('; ')) : make(params)
    if (typeof key === 'string') answered.set(key, { params: body, answer })
    return answer
  }

  async function serve(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const url = new URL(request.url ?? '/', base)
    if (url.pathname.startsWith('/pay/')) return pay(request, reply, sessions.get(url.pathname.slice('/pay/'.length)))
    if (url.pathname === '/portal') return page(reply, 'Manage your plan', `<a href="${url.searchParams.get('back')}">Back</a>`)
    if (mood === 'down') return void request.socket.destroy()
    // Sends no answer, so the client times out.
    if (mood === 'slow') return
    if (mood === 'garbage') return void reply.writeHead(200, { 'content-type': 'application/json' }).end('<html>')
    const answer = mood === 'refusing' ? fault(402, 'Your account cannot do this.') : api(request, body)
    reply.writeHead(answer.status, { 'content-type': 'application/json', 'request-id': `req_${randomUUID()}` })
    reply.end(JSON.stringify(answer.body))
  }

  async function pay(request: IncomingMessage, reply: ServerResponse, session: Session | undefined): Promise<void> {
    if (!session) return void reply.writeHead(404).end()
    if (request.method === 'GET') {
      return page(reply, 'Pay', `<form method="post"><button>Pay</button></form><a href="${session.cancel_url}">Go back</a>`)
    }
    await double.pay(session.id)
    reply.writeHead(303, { location: session.success_url }).end()
  }

  const server = createServer((request, reply) => void serve(request, reply).catch(() => request.socket.destroy()))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const events: StripeEvents = stripeEvents(webhookSecret, seconds)

  const double = {
    url: base,
    /** The settings of a server that uses it. */
    config: { secretKey, webhookSecret, url: base },
    asked,
    events,
    /** Sets how it answers from now on. */
    is: (next: typeof mood) => {
      mood = next
    },
    sessions,
    /** Pays for a session, as a click on its page does, and sends the events to the webhook. */
    async pay(id: string) {
      const session = sessions.get(id)
      if (!session) throw new Error(`There is no session ${id}.`)
      session.paid ??= events.paymentOf(session)
      for (const event of session.paid) await events.tell(event)
      return session.paid
    },
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return double
}

function page(reply: ServerResponse, title: string, content: string): void {
  reply.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
  reply.end(`<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1>${content}</html>`)
}
