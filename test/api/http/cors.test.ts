import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { makeWorld } from '../../support/world.ts'

const OURS = 'https://app.example.com'

const engines = onEngines(engine =>
  testsOn(engine, { corsOrigins: [OURS, 'http://localhost:3000'] })
    .extend('scene', { scope: 'file', auto: true }, async ({ world: _ }, { onCleanup }) => {
      const closed = await makeWorld(engine)
      onCleanup(async () => {
        await closed?.close()
      })
      return { closed }
    })
    .extend('calls', ({ world }) => {
      const from = (origin: string, method = 'GET', url = '/v1/health', headers: Record<string, string> = {}, on = world) =>
        on.call(method, url, { headers: { origin, ...headers } })
      const preflight = (origin: string, on = world) =>
        from(
          origin,
          'OPTIONS',
          '/v1/vaults',
          { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
          on,
        )
      return { from, preflight }
    }),
)

describe.each(engines)('requests from other origins, on $engine', ({ it }) => {
  const ALLOW = 'access-control-allow-origin'

  it('are allowed from the configured ones', async ({ calls: { from } }) => {
    for (const origin of [OURS, 'http://localhost:3000']) {
      const { headers } = await from(origin)
      expect(headers).toMatchObject({
        [ALLOW]: origin,
        vary: 'Origin',
        'access-control-expose-headers': expect.stringMatching(
          /^etag, .*payment-required, .*retry-after, .*x-quota-warning, .*x-request-id$/,
        ),
      })
      expect(headers).not.toHaveProperty('access-control-allow-credentials')
    }
  })

  it.for([
    'https://evil.example.com',
    'http://app.example.com',
    'https://app.example.com:8443',
    'https://app.example.com.evil.com',
    'null',
    'https://APP.example.com',
  ])('are not allowed from %s', async (origin, { calls: { from, preflight } }) => {
    for (const { headers } of [await from(origin), await preflight(origin)]) expect(headers).not.toHaveProperty(ALLOW)
    expect((await preflight(origin)).status).toBe(405)
  })

  it('are answered in the preflight', async ({ calls: { preflight } }) => {
    const { status, headers, body } = await preflight(OURS)
    expect({ status, body }).toEqual({ status: 204, body: '' })
    expect(headers).toMatchObject({
      [ALLOW]: OURS,
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': expect.stringMatching(
        /authorization, content-type, .*payment-signature, .*x-payment, x-share-passphrase$/,
      ),
      'access-control-max-age': '600',
      'x-request-id': expect.any(String),
    })
  })

  it('let the page read why they were refused', async ({ calls: { from } }) => {
    for (const reply of [
      await from(OURS, 'GET', '/v1/vaults'),
      await from(OURS, 'GET', '/v1/nothing'),
      await from(OURS, 'PATCH', '/v1/vaults'),
    ]) {
      expect(reply.status).toBeGreaterThan(400)
      expect(reply.headers[ALLOW]).toBe(OURS)
    }
  })

  it('get no CORS headers where no origin is configured', async ({ scene: { closed }, calls: { from, preflight } }) => {
    for (const { headers } of [await from(OURS, 'GET', '/v1/health', {}, closed), await preflight(OURS, closed)]) {
      expect(headers).not.toHaveProperty(ALLOW)
      expect(headers).not.toHaveProperty('vary')
    }
    expect((await preflight(OURS, closed)).status).toBe(405)
  })
})
