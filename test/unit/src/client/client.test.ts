import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { CLI_HINTS } from '../../../../src/cli/session/hints.ts'
import { PLAIN_HINTS } from '../../../../src/client/answer.ts'
import { bearer, keyExchange, presentedKey, tokenExchange } from '../../../../src/client/auth.ts'
import { type Call, createClient, type Exchange } from '../../../../src/client/client.ts'
import { fetchTransport } from '../../../../src/client/transport-fetch.ts'
import { httpTransport } from '../../../../src/client/transport-http.ts'
import { undiciTransport } from '../../../../src/client/transport-undici.ts'
import { Problem } from '../../../../src/problem.ts'

const VAULT = '11111111-1111-4111-8111-111111111111'

interface Heard {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly authorization: string | undefined
  readonly body: string
}

type Answer = { status?: number; headers?: Record<string, string>; body?: unknown; text?: string } | 'silence' | 'hang up'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

/** A real server that answers on request and records what it receives. */
async function serverThat(answer: (request: Heard, count: number) => Answer) {
  const heard: Heard[] = []
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const { method, url, headers } = request
    heard.push({ method, url, authorization: headers.authorization, body })
    const reply = answer(heard.at(-1) ?? { method, url, authorization: undefined, body }, heard.length)
    if (reply === 'silence') return
    if (reply === 'hang up') return void response.destroy()
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers })
    response.end(reply.text ?? (reply.body === undefined ? undefined : JSON.stringify(reply.body)))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closers.push(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard }
}

const transports = { http: httpTransport, undici: undiciTransport, fetch: fetchTransport }

async function failureOf(work: Promise<unknown>): Promise<Problem> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof Problem) return error
  throw new Error('It did not fail with a problem.')
}

describe.each(Object.entries(transports))('over %s', (_, makeTransport) => {
  function clientOf(baseUrl: string, options: Partial<Parameters<typeof createClient>[0]> = {}) {
    const client = createClient({ baseUrl, transport: makeTransport(), ...options })
    closers.unshift(() => client.close())
    return client
  }

  it('sends an operation with its parameters, query, body and credentials', async () => {
    const { baseUrl, heard } = await serverThat(() => ({ body: { secrets: [] } }))
    const { call } = clientOf(`${baseUrl}/`, { auth: bearer('t') })
    await call('secrets.list', { params: { vault_id: VAULT }, query: { prefix: 'a b&c=ü' } })
    await call('secrets.read-many', { params: { vault_id: VAULT }, body: { paths: ['x'] } })
    expect(heard).toEqual([
      { method: 'GET', url: `/v1/vaults/${VAULT}/secrets?prefix=a+b%26c%3D%C3%BC`, authorization: 'Bearer t', body: '' },
      { method: 'POST', url: `/v1/vaults/${VAULT}/secret-values`, authorization: 'Bearer t', body: '{"paths":["x"]}' },
    ])
  })

  it('keeps the slashes of a path and encodes the rest of each segment', async () => {
    const { baseUrl, heard } = await serverThat(() => ({ body: {} }))
    const { call } = clientOf(baseUrl)
    await call('secrets.version', { params: { vault_id: VAULT, path: 'a b/c%/d?#', version: 2 } })
    expect(heard[0]?.url).toBe(`/v1/vaults/${VAULT}/secret-version/a%20b/c%25/d%3F%23/2`)
  })

  it('returns a value character by character', async () => {
    const value = `\ufeff${'é🔑\u2028'.repeat(40_000)}`
    const { baseUrl } = await serverThat(() => ({ body: { value } }))
    const secret = await clientOf(baseUrl).call('secrets.get', { params: { vault_id: VAULT, path: 'x' } })
    expect(secret.value === value).toBe(true)
  })

  it('returns nothing for 204', async () => {
    const { baseUrl } = await serverThat(() => ({ status: 204 }))
    expect(await clientOf(baseUrl).call('vaults.delete', { params: { vault_id: VAULT } })).toBeUndefined()
  })

  it('does not wait for a server that is sealed: a person must unseal it', async () => {
    const body = { type: 'server_sealed', title: 'Server Sealed', status: 503, detail: 'Sealed.' }
    const { baseUrl, heard } = await serverThat(() => ({ status: 503, headers: { 'retry-after': '10' }, body }))
    const refusal = await failureOf(clientOf(baseUrl, { hints: CLI_HINTS }).call('health.get'))
    expect([refusal.code, refusal.exitCode]).toEqual(['server.sealed', 7])
    expect(refusal.extras).toEqual({ hint: expect.stringContaining('1claw keys unseal') })
    expect(heard).toHaveLength(1)
  })

  it('rebuilds the problem of an error', async () => {
    const body = { type: 'about:blank', title: 'Too Many Requests', status: 429, detail: 'slow down', request_id: 'r1' }
    const { baseUrl } = await serverThat(() => ({ status: 429, headers: { 'retry-after': '70' }, body }))
    const problem = await failureOf(clientOf(baseUrl).call('vaults.list'))
    expect([problem.code, problem.message, problem.extras]).toEqual([
      'rate.limited',
      'slow down',
      { requestId: 'r1', retryAfter: 70 },
    ])
  })

  it('uses the server’s hint only if it is a sentence', async () => {
    const hints: unknown[] = ['Choose another path.', 7, '']
    const { baseUrl } = await serverThat(() => ({ status: 409, body: { detail: 'taken', hint: hints.shift() } }))
    const told = async () => (await failureOf(clientOf(baseUrl).call('vaults.list'))).extras.hint
    expect([await told(), await told(), await told()]).toEqual(['Choose another path.', undefined, undefined])
  })

  it.each([
    [200, 'server.unexpected', 'responded 200 with text/html, not JSON.'],
    [502, 'server.busy', 'answered 502: the server is busy.'],
  ])('does not accept an HTML page with status %i as a reply', async (status, code, said) => {
    const { baseUrl } = await serverThat(() => ({
      status,
      headers: { 'content-type': 'text/html; charset=x' },
      text: '<p>secret</p>',
    }))
    const problem = await failureOf(clientOf(baseUrl).call('vaults.list'))
    expect(problem.code).toBe(code)
    expect(problem.message).toBe(`${baseUrl} ${said}`)
  })

  it('reports that nothing listens, or that the connection was cut', async () => {
    const problem = await failureOf(clientOf('http://127.0.0.1:1').call('vaults.list'))
    expect(problem.code).toBe('server.unreachable')
    expect(problem.message).toContain('http://127.0.0.1:1')
    expect(problem.extras.hint).toBe(PLAIN_HINTS.unreachable)
    const { baseUrl } = await serverThat(() => 'hang up')
    const cut = await failureOf(clientOf(baseUrl).call('vaults.list'))
    expect(cut.code).toBe('server.unreachable')
    expect(cut.message).toMatch(/^\S+ ended the connection before its answer was complete \(\w+\)\.$/)
    expect(cut.extras.hint).toContain('Before you repeat a change, check whether it was made.')
  })

  it('gives up at the time limit, and when told to', async () => {
    const { baseUrl } = await serverThat(() => 'silence')
    const { call } = clientOf(baseUrl, { timeoutMs: 50 })
    expect((await failureOf(call('vaults.list'))).code).toBe('timeout')
    const abort = new AbortController()
    const call2 = clientOf(baseUrl).call('vaults.list', {}, { signal: abort.signal })
    abort.abort()
    expect((await failureOf(call2)).code).toBe('cancelled')
  })

  it('does not follow a redirect', async () => {
    const elsewhere = await serverThat(() => ({ body: {} }))
    const { baseUrl } = await serverThat(() => ({ status: 302, headers: { location: elsewhere.baseUrl }, body: {} }))
    await failureOf(clientOf(baseUrl, { auth: bearer('t') }).call('vaults.list'))
    expect(elsewhere.heard).toEqual([])
  })

  it('reports each exchange, without query, headers or body', async () => {
    const exchanges: Exchange[] = []
    const { baseUrl } = await serverThat(() => ({ headers: { 'x-request-id': 'r1' }, body: { secrets: [] } }))
    const { call } = clientOf(baseUrl, { observe: exchange => exchanges.push(exchange) })
    await call('secrets.list', { params: { vault_id: VAULT }, query: { prefix: 'x' } })
    const { ms, ...rest } = exchanges[0] ?? { ms: -1 }
    expect(ms).toBeGreaterThanOrEqual(0)
    expect(rest).toEqual({ method: 'GET', path: `/v1/vaults/${VAULT}/secrets`, status: 200, requestId: 'r1' })
  })
})

describe('the client', () => {
  it.each(['', '.', '..', 'a//b', 'a/../b', '/a'])('refuses the path %j, which a URL would fold', async path => {
    const { baseUrl, heard } = await serverThat(() => ({ body: {} }))
    const { call } = createClient({ baseUrl, transport: httpTransport() })
    expect((await failureOf(call('secrets.get', { params: { vault_id: VAULT, path } }))).code).toBe('request.invalid')
    expect(heard).toEqual([])
  })

  it.each(['', 'localhost:8271', 'file:///etc', 'claw'])('refuses the base URL %j', baseUrl => {
    expect(() => createClient({ baseUrl, transport: httpTransport() })).toThrow(
      expect.objectContaining({ code: 'config.invalid' }),
    )
  })
})

describe('a key', () => {
  const token = (name: string, expires_in = 900) => ({ body: { access_token: name, token_type: 'Bearer', expires_in } })
  const isExchange = ({ url }: Heard) => url?.endsWith('-token') === true

  function keyed(baseUrl: string, auth: ReturnType<typeof keyExchange>) {
    const client = createClient({ baseUrl, transport: httpTransport(), auth })
    closers.unshift(() => client.close())
    return client
  }

  it('is exchanged once for parallel calls, and again before the token ends', async () => {
    const { baseUrl, heard } = await serverThat((request, n) => (isExchange(request) ? token(`t${n}`) : { body: { vaults: [] } }))
    let now = 0
    const { call } = keyed(
      baseUrl,
      keyExchange({ kind: 'agent', apiKey: 'ocv_x', agentId: VAULT }, () => now),
    )
    await Promise.all([call('vaults.list'), call('vaults.list'), call('vaults.list')])
    expect(heard.filter(isExchange).map(({ body }) => JSON.parse(body))).toEqual([{ agent_id: VAULT, api_key: 'ocv_x' }])
    now = 869_000
    await call('vaults.list')
    expect(heard.filter(isExchange)).toHaveLength(1)
    now = 871_000
    await call('vaults.list')
    expect(heard.filter(isExchange)).toHaveLength(2)
    expect(heard.at(-1)?.authorization).toBe('Bearer t6')
  })

  it('is exchanged again after a 401, and only once', async () => {
    const refused = { status: 401, body: { title: 'Unauthorized', status: 401 } }
    const { baseUrl, heard } = await serverThat((request, n) => {
      if (isExchange(request)) return token(`t${n}`)
      return request.authorization === 'Bearer t1' ? refused : { body: { vaults: [] } }
    })
    await keyed(baseUrl, keyExchange({ kind: 'user', apiKey: '1ck_x' })).call('vaults.list')
    expect(heard.map(({ url, authorization }) => [url, authorization])).toEqual([
      ['/v1/auth/api-key-token', undefined],
      ['/v1/vaults', 'Bearer t1'],
      ['/v1/auth/api-key-token', undefined],
      ['/v1/vaults', 'Bearer t3'],
    ])
    const dead = await serverThat((request, n) => (isExchange(request) ? token(`t${n}`) : refused))
    const problem = await failureOf(keyed(dead.baseUrl, keyExchange({ kind: 'user', apiKey: '1ck_x' })).call('vaults.list'))
    expect(problem.code).toBe('auth.required')
    expect(dead.heard).toHaveLength(4)
  })

  it('is not exchanged while an earlier token is valid', async () => {
    const { baseUrl, heard } = await serverThat((request, n) => (isExchange(request) ? token(`t${n}`) : { body: { vaults: [] } }))
    let now = 0
    const obtain = (call: Call) => call('auth.agent-token', { body: { agent_id: VAULT } })
    const { call } = keyed(baseUrl, tokenExchange(obtain, { now: () => now, held: { token: 'held', expiresAt: 100_000 } }))
    await call('vaults.list')
    now = 69_000
    await call('vaults.list')
    now = 71_000
    await Promise.all([call('vaults.list'), call('vaults.list')])
    expect(heard.filter(isExchange)).toHaveLength(1)
    expect(heard.map(({ authorization }) => authorization)).toEqual([
      'Bearer held',
      'Bearer held',
      undefined,
      'Bearer t3',
      'Bearer t3',
    ])
  })

  it('fails all calls when the exchange fails, and tries again for the next', async () => {
    let broken = true
    const { baseUrl } = await serverThat(request => {
      if (!isExchange(request)) return { body: { vaults: [] } }
      return broken ? { status: 503, body: { title: 'Service Unavailable', status: 503 } } : token('t')
    })
    const { call } = keyed(baseUrl, keyExchange({ kind: 'user', apiKey: '1ck_x' }))
    const failures = await Promise.all([failureOf(call('vaults.list')), failureOf(call('vaults.list'))])
    expect(failures.map(({ code }) => code)).toEqual(['server.busy', 'server.busy'])
    broken = false
    expect(await call('vaults.list')).toEqual({ vaults: [] })
  })

  it('is used directly, and exchanged only if that is refused', async () => {
    const direct = await serverThat(() => ({ body: { vaults: [] } }))
    await keyed(direct.baseUrl, presentedKey({ kind: 'agent', apiKey: 'ocv_x' })).call('vaults.list')
    expect(direct.heard.map(({ authorization }) => authorization)).toEqual(['Bearer ocv_x'])

    const strict = await serverThat(request => {
      if (isExchange(request)) return token('t')
      return request.authorization === 'Bearer t' ? { body: { vaults: [] } } : { status: 401, body: { title: 'Unauthorized' } }
    })
    const { call } = keyed(strict.baseUrl, presentedKey({ kind: 'agent', apiKey: 'ocv_x' }))
    await call('vaults.list')
    await call('vaults.list')
    expect(strict.heard.map(({ authorization }) => authorization)).toEqual(['Bearer ocv_x', undefined, 'Bearer t', 'Bearer t'])
  })
})
