import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { bodyRoom } from '../../../../server/http/bounds/in-flight.ts'
import { NO_METER } from '../../../../server/http/meter.ts'
import { mounter } from '../../../../server/http/mount.ts'
import { bareApp } from '../../../../server/start/bare-app.ts'
import { type EndpointSpec, endpoint } from '../../../../src/contract/schema/endpoint.ts'

let app: FastifyInstance | undefined
afterEach(() => app?.close())

const never = () => {
  throw new Error('not expected')
}

const SPEC = {
  id: 'test.echo',
  method: 'POST',
  path: '/v1/echo',
  summary: 'Echo',
  auth: 'public',
  action: null,
  audit: null,
  body: z.object({ value: z.string() }),
  status: 200,
  reply: z.object({ value: z.string() }),
} as const
const BODY = JSON.stringify({ value: 'x'.repeat(1000) })

/** Sends a body to an operation. Returns its bytes at the time when the handler is called, in both places, and the reply. */
async function send(spec: EndpointSpec) {
  app = bareApp(
    {
      tls: undefined,
      publicUrl: undefined,
      trustedProxies: [],
      corsOrigins: [],
      limits: { drain: { graceMs: 30_000, bytesPerSecond: 1024 } },
    },
    { limitAddress: () => {} },
  )
  let received: Buffer | undefined
  app.addHook('preHandler', async request => {
    received = request.rawBody
  })
  const { mount } = mounter(app, {
    identify: async () => undefined,
    authorize: never,
    filterAddress: () => {},
    limitPrincipal: () => {},
    atOnce: () => {},
    bodyRoom: bodyRoom(true),
    limitPublicAuth: () => {},
    sessionCookie: never,
    meter: NO_METER,
    keepReserve: () => {},
    recordFailure: () => {},
  })
  const seen: (string | undefined)[] = []
  mount(spec, async ({ body, rawBody }) => {
    seen.push(received?.toString('latin1'), rawBody?.toString('latin1'))
    return body as never
  })
  const headers = { 'content-type': 'application/json' }
  const { statusCode, body } = await app.inject({ method: 'POST', url: '/v1/echo', headers, payload: BODY })
  return { statusCode, body, seen }
}

describe('the bytes of a body', () => {
  it('are wiped before the handler is called', async () => {
    expect(await send(endpoint(SPEC))).toEqual({ statusCode: 200, body: BODY, seen: ['\0'.repeat(BODY.length), undefined] })
  })

  it('are what an operation is given whose body is signed', async () => {
    expect(await send(endpoint({ ...SPEC, rawBody: true }))).toEqual({ statusCode: 200, body: BODY, seen: [BODY, BODY] })
  })
})
