import { describe, expect, it, vi } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { startServer } from '../../support/server.ts'
import { makeWorld, ok, PASSWORD } from '../../support/world.ts'

const TOKEN = 'a-token-of-the-monitoring'
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i

/** The value of a series, by the beginning of its line. */
function figure(text: string, series: string): number {
  const line = text.split('\n').find(each => each.startsWith(`${series} `))
  return line === undefined ? Number.NaN : Number(line.slice(series.length + 1))
}

const engines = onEngines(engine =>
  testsOn(engine, { metrics: { address: undefined, token: TOKEN } }).extend('calls', ({ world }) => {
    const read = async () => (await ok(world.call('GET', '/metrics', { token: TOKEN }))).body as string
    return { read }
  }),
)

describe.each(engines)('metrics, on $engine', ({ it }) => {
  it('require the token, and do not exist without the setting', async ({ world }) => {
    for (const token of [undefined, `${TOKEN}x`, '']) {
      expect((await world.call('GET', '/metrics', { token })).status).toBe(401)
    }
    const off = await makeWorld('sqlite')
    expect((await off.call('GET', '/metrics', { token: TOKEN })).status).toBe(404)
    await off.close()
  })

  it('count requests by operation and status, calls of the key provider, commits and events', async ({
    engine,
    world,
    calls: { read },
  }) => {
    const owner = await world.signUp()
    const vault = await world.vault(owner)
    const before = await read()
    await world.put(owner, vault, 'db/url', 'v')
    await world.policy(owner, vault, await world.agent(owner), '**', ['read'])
    const answers = await Promise.all([1, 2, 3].map(() => world.call('GET', `/v1/vaults/${vault}/secrets/none`, owner)))
    const after = await read()
    const grown = (series: string) => figure(after, series) - (figure(before, series) || 0)
    const status = answers[0]?.status
    expect(grown(`oneclaw_http_requests_total{operation="secrets.get",status="${status}"}`)).toBe(3)
    expect(grown('oneclaw_http_requests_total{operation="secrets.put",status="201"}')).toBe(1)
    expect(grown('oneclaw_http_request_seconds_count{operation="secrets.get"}')).toBe(3)
    expect(grown('oneclaw_key_provider_call_seconds_count{call="wrap",outcome="ok"}')).toBeGreaterThanOrEqual(1)
    expect(grown('oneclaw_database_commits_total')).toBeGreaterThan(2)
    expect(grown('oneclaw_database_units_total')).toBeGreaterThanOrEqual(grown('oneclaw_database_commits_total'))
    expect(figure(after, 'oneclaw_audit_unsigned')).toBeGreaterThan(2)
    for (const [series, value] of [
      ['key_provider_state{state="ok"}', 1],
      ['key_provider_state{state="unavailable"}', 0],
      ['audit_dropped_total', 0],
      ['password_hashing_waiting', 0],
      ['audit_refused_chains', 0],
    ] as const) {
      expect({ series, value: figure(after, `oneclaw_${series}`) }).toEqual({ series, value })
    }
    // A job can have a unit waiting at the moment when the page is read.
    await expect.poll(async () => figure(await read(), 'oneclaw_database_waiting')).toBe(0)
    expect(figure(after, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0)
    expect(after.includes('oneclaw_database_connections ')).toBe(engine === 'postgres')
  })

  it('count mail and rounds of jobs', async ({ world, calls: { read } }) => {
    const { email } = await world.signUp()
    await ok(world.call('POST', '/v1/auth/forgot-password', { body: { email } }))
    await expect.poll(async () => figure(await read(), 'oneclaw_mail_attempts_total{outcome="ok"}')).toBeGreaterThan(0)
    await expect
      .poll(async () => figure(await read(), 'oneclaw_job_rounds_total{job="deliver-mail",outcome="ok"}'))
      .toBeGreaterThan(0)
    await expect.poll(async () => figure(await read(), 'oneclaw_mail_waiting')).toBe(0)
  })

  it('contain no names, paths, ids or addresses', async ({ world, calls: { read } }) => {
    const word = 'tenantstring'
    const owner = await world.signUp(`${word}@${word}.example`)
    const vault = await world.vault(owner, word)
    await world.put(owner, vault, `${word}/${word}`, word)
    await world.agent(owner, { name: word })
    await world.call('GET', `/v1/vaults/${word}`, owner)
    await world.call('GET', `/${word}/${word}?${word}=1`)
    await world.call('POST', '/v1/auth/token', { body: { email: owner.email, password: `${PASSWORD}${word}` } })
    const text = await read()
    expect(text.length).toBeGreaterThan(1000)
    expect(text.toLowerCase()).not.toContain(word)
    expect(text).not.toMatch(UUID)
    expect(text).not.toContain('127.0.0.1')
  })
})

describe('metrics at an address of their own', () => {
  it('are served, but not at the address of the API, and report which parts are unhealthy', async () => {
    const server = await startServer({ metrics: { address: { host: '127.0.0.1', port: 0 }, token: undefined } })
    const url = server.metricsUrl ?? expect.fail('There is no address.')
    const reply = await fetch(url)
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/plain')])
    expect(await reply.text()).toContain('oneclaw_http_requests_total')
    expect((await fetch(new URL('/v1/health', url))).status).toBe(404)
    expect((await fetch(url, { method: 'POST' })).status).toBe(405)
    expect((await fetch(`${server.url}/metrics`, { headers: { accept: 'application/json' } })).status).toBe(404)
    await server.close()
    await expect(fetch(url)).rejects.toThrow()
  })

  it('also require the token, if there is one', async () => {
    const server = await startServer({ metrics: { address: { host: '127.0.0.1', port: 0 }, token: TOKEN } })
    const url = server.metricsUrl ?? expect.fail('There is no address.')
    const withToken = (token: string) => fetch(url, { headers: { authorization: `Bearer ${token}` } })
    expect([(await fetch(url)).status, (await withToken('x')).status, (await withToken(TOKEN)).status]).toEqual([401, 401, 200])
    await server.close()
  })
})

describe('the log', () => {
  it('names the id of the request that failed', async () => {
    let log = ''
    const write = vi.spyOn(process.stderr, 'write').mockImplementation(chunk => {
      log += String(chunk)
      return true
    })
    const world = await makeWorld('sqlite', { logLevel: 'error' })
    const owner = await world.signUp()
    await world.server.database.close()
    const { status, body } = await world.call('POST', '/v1/vaults', { token: owner.token, body: { name: 'v' } })
    write.mockRestore()
    expect([status, log]).toEqual([503, expect.stringContaining(body.request_id)])
    await world.close()
  })
})
