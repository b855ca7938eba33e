import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { afterEach, expect, it } from 'vitest'
import { bareApp } from '../../../../server/start/bare-app.ts'

let app: FastifyInstance | undefined
afterEach(() => app?.close())

it('a connection is not idle while its reply is being computed, and is idle afterwards', async () => {
  const limits = { drain: { graceMs: 30_000, bytesPerSecond: 1024 } }
  app = bareApp({ tls: undefined, publicUrl: undefined, trustedProxies: [], corsOrigins: [], limits }, { limitAddress: () => {} })
  const timeouts: (number | undefined)[] = []
  app.get('/slow', async ({ raw: { socket } }, reply) => {
    timeouts.push(socket.timeout)
    reply.raw.once('finish', () => timeouts.push(socket.timeout))
    await setImmediate()
    return { ok: true }
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  expect((await fetch(`http://127.0.0.1:${port}/slow`)).status).toBe(200)
  expect(timeouts[0]).toBe(0)
  expect(timeouts[1]).toBeGreaterThanOrEqual(30_000)
})
