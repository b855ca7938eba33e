import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../../server/config/config.ts'
import type { Engine } from '../../../server/db/database.ts'
import { type CertificatePair, certificateFolder } from '../../support/certificates.ts'
import { ENGINES } from '../../support/databases.ts'
import { emptyPostgres, type PostgresDatabase } from '../../support/postgres.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { PASSWORD } from '../../support/world.ts'

const DAY_MS = 24 * 3_600_000

let folder: Awaited<ReturnType<typeof certificateFolder>>
let authority: CertificatePair
let mine: CertificatePair
let others: CertificatePair
let server: TestServer
let owner = ''
let ahead = 0
let database: PostgresDatabase | undefined

async function open(engine: Engine): Promise<void> {
  database = engine === 'postgres' ? await emptyPostgres() : undefined
  folder = await certificateFolder()
  authority = await folder.selfSigned('authority')
  mine = await folder.selfSigned('agent')
  others = await folder.selfSigned('somebody-else')
  const { cert, key } = await folder.forServer('server', authority)
  const tls = { cert: readFileSync(cert), key: readFileSync(key) }
  server = await startServer({ clock: () => Date.now() + ahead, tls, databaseUrl: database?.url })
  owner = (await send('POST', '/v1/auth/signup', { email: 'owner@example.com', password: PASSWORD })).body.access_token
}

async function close(): Promise<void> {
  await server?.close()
  await folder?.remove()
  await database?.drop()
}

interface With {
  readonly certificate?: CertificatePair | undefined
  readonly token?: string
  readonly agent?: Agent
}

/** Sends one request over a new TLS socket. */
function send(method: string, path: string, body?: object, { certificate, token, agent }: With = {}) {
  const shown = certificate && { cert: readFileSync(certificate.cert), key: readFileSync(certificate.key) }
  const headers = {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(body && { 'content-type': 'application/json' }),
  }
  // biome-ignore lint/suspicious/noExplicitAny: a reply's body is judged by the assertions on it
  return new Promise<{ status: number; body: any; resumed: boolean }>((resolve, reject) => {
    const options = { method, headers, ca: readFileSync(authority.cert), agent: agent ?? false, ...shown }
    const exchange = request(server.url + path, options, async answer => {
      const text = (await answer.setEncoding('utf8').toArray()).join('')
      const resumed = 'isSessionReused' in answer.socket && (answer.socket as ReturnType<typeof connect>).isSessionReused()
      resolve({ status: answer.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text), resumed })
    })
    exchange.on('error', reject).end(body && JSON.stringify(body))
  })
}

async function mtlsAgent(client_cert_fingerprint = mine.fingerprint, more: object = {}): Promise<string> {
  const body = { name: 'bot', auth_method: 'mtls', client_cert_fingerprint, ...more }
  const made = await send('POST', '/v1/agents', body, { token: owner })
  expect(made.status).toBe(201)
  expect(made.body).not.toHaveProperty('api_key')
  return made.body.agent.id
}
const exchange = (agent_id: string, certificate?: CertificatePair, more: Omit<With, 'certificate'> = {}) =>
  send('POST', '/v1/auth/agent-token', { agent_id }, { ...more, certificate })
const me = (token: string) => send('GET', '/v1/agents/me', undefined, { token })
const update = (id: string, body: object) => send('PATCH', `/v1/agents/${id}`, body, { token: owner })

describe.each(ENGINES)('on %s', engine => {
  beforeAll(() => open(engine))
  afterAll(close)

  describe('a server that terminates TLS itself', () => {
    it('answers over TLS with or without a client certificate, and never in clear text', async () => {
      expect(server.url).toMatch(/^https:/)
      expect((await send('GET', '/v1/health')).status).toBe(200)
      expect((await send('GET', '/v1/health', undefined, { certificate: others })).status).toBe(200)
      await expect(fetch(server.url.replace('https:', 'http:'))).rejects.toThrow('fetch failed')
    })

    it('keeps the limits of requests', async () => {
      const reply = await new Promise<string>((resolve, reject) => {
        const { hostname, port } = new URL(server.url)
        const socket = connect({ host: hostname, port: Number(port), ca: readFileSync(authority.cert) })
        let text = ''
        socket
          .on('data', chunk => (text += chunk))
          .on('error', reject)
          .on('close', () => resolve(text))
        socket.write(`GET /v1/health HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`)
      })
      expect(reply).toMatch(/^HTTP\/1\.1 431 /)
    })

    it('survives clients that do not speak TLS', async () => {
      const { hostname, port } = new URL(server.url)
      const socket: Socket = connectTcp(Number(port), hostname)
      await new Promise(resolve =>
        socket
          .on('close', resolve)
          .on('error', () => {})
          .write('GET / HTTP/1.1\r\n\r\n'),
      )
      expect((await send('GET', '/v1/health')).status).toBe(200)
    })
  })

  describe('an agent with a client certificate', () => {
    it('gets a token by its id alone, however its fingerprint was written', async () => {
      const digits = mine.fingerprint.replaceAll(':', '')
      for (const written of [
        mine.fingerprint,
        digits,
        digits.toLowerCase(),
        `sha256:${digits}`,
        `SHA256 Fingerprint=${mine.fingerprint}`,
      ]) {
        const id = await mtlsAgent(written)
        const { status, body } = await exchange(id, mine)
        expect([status, body]).toEqual([200, { access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600 }])
        expect((await me(body.access_token)).body).toMatchObject({ id, name: 'bot' })
        expect((await send('GET', `/v1/agents/${id}`, undefined, { token: owner })).body.client_cert_fingerprint).toBe(written)
      }
    })

    it('gets one on a resumed session, too, and nobody else does', async () => {
      const id = await mtlsAgent()
      const agent = new Agent({ maxCachedSessions: 10 })
      const first = await exchange(id, mine, { agent })
      const second = await exchange(id, mine, { agent })
      expect([first, second].map(({ status, resumed }) => [status, resumed])).toEqual([
        [200, false],
        [200, true],
      ])
      const without = new Agent({ maxCachedSessions: 10 })
      const replies = [await exchange(id, undefined, { agent: without }), await exchange(id, undefined, { agent: without })]
      expect(replies.map(({ status, resumed }) => [status, resumed])).toEqual([
        [401, false],
        [401, true],
      ])
    })

    it('is refused in the same words without a certificate, with another one, and for another or an unknown agent', async () => {
      const id = await mtlsAgent()
      const keyed = await send('POST', '/v1/agents', { name: 'keyed' }, { token: owner })
      const inactive = await mtlsAgent()
      await send('DELETE', `/v1/agents/${inactive}`, undefined, { token: owner })
      const oidc = { auth_method: 'oidc_client_credentials', oidc_issuer: 'https://i.example', oidc_client_id: 'x' }
      const workload = await send(
        'POST',
        '/v1/agents',
        { name: 'ci', ...oidc, client_cert_fingerprint: mine.fingerprint },
        { token: owner },
      )
      const end = Date.now() + 1500
      const expired = await mtlsAgent(mine.fingerprint, { expires_at: new Date(end).toISOString() })
      await expect.poll(() => Date.now(), { timeout: 10_000 }).toBeGreaterThan(end)
      const refused = [
        await exchange(id),
        await exchange(id, others),
        await exchange(keyed.body.agent.id, mine),
        await exchange(workload.body.agent.id, mine),
        await exchange(inactive, mine),
        await exchange(expired, mine),
        await exchange('00000000-0000-4000-8000-000000000000', mine),
      ]
      for (const { status, body } of refused) {
        expect(status).toBe(401)
        expect({ ...body, request_id: '' }).toEqual({ ...refused[0]?.body, request_id: '' })
      }
      expect((await exchange(id, mine)).status).toBe(200)
    })

    it('cannot pass its certificate on in a header', async () => {
      const id = await mtlsAgent()
      const der = Buffer.from(readFileSync(mine.cert, 'utf8').replace(/-----.*-----|\s/g, ''), 'base64').toString('base64')
      const reply = await new Promise<number>((resolve, reject) => {
        const headers = {
          'content-type': 'application/json',
          'client-cert': `:${der}:`,
          'x-client-cert': encodeURIComponent(readFileSync(mine.cert, 'utf8')),
          'x-forwarded-client-cert': `Hash=${mine.fingerprint.replaceAll(':', '').toLowerCase()}`,
          'x-ssl-client-sha256': mine.fingerprint,
        }
        const options = { method: 'POST', headers, ca: readFileSync(authority.cert), agent: false }
        request(`${server.url}/v1/auth/agent-token`, options, answer => resolve(answer.resume().statusCode ?? 0))
          .on('error', reject)
          .end(JSON.stringify({ agent_id: id }))
      })
      expect(reply).toBe(401)
    })

    it('loses its tokens when the certificate is replaced or the agent is deactivated, and only then', async () => {
      const id = await mtlsAgent()
      const token = async (certificate = mine) => (await exchange(id, certificate)).body.access_token as string
      const first = await token()
      await update(id, { description: 'same', client_cert_fingerprint: mine.fingerprint.replaceAll(':', '').toLowerCase() })
      expect((await me(first)).status).toBe(200)
      expect((await update(id, { client_cert_fingerprint: others.fingerprint })).status).toBe(200)
      expect((await me(first)).status).toBe(401)
      expect((await exchange(id, mine)).status).toBe(401)
      const second = await token(others)
      expect((await me(second)).status).toBe(200)
      await update(id, { is_active: false })
      expect((await me(second)).status).toBe(401)
      expect((await exchange(id, others)).status).toBe(401)
    })

    it('is denied once the certificate has expired', async () => {
      const short = await folder.selfSigned('short', { days: 1 })
      const id = await mtlsAgent(short.fingerprint)
      expect((await exchange(id, short)).status).toBe(200)
      ahead = 1.5 * DAY_MS
      expect((await exchange(id, short)).status).toBe(401)
      ahead = -DAY_MS
      expect((await exchange(id, short)).status).toBe(401)
      ahead = 0
    })

    it('is registered with a SHA-256 fingerprint and nothing else', async () => {
      for (const written of [
        '',
        'ab',
        'g'.repeat(64),
        mine.fingerprint.slice(0, 59),
        `${mine.fingerprint}:00`,
        'a:'.repeat(32),
      ]) {
        const body = { name: 'bot', auth_method: 'mtls', client_cert_fingerprint: written }
        const { status, body: problem } = await send('POST', '/v1/agents', body, { token: owner })
        expect([written, status, Object.keys(problem.fields)]).toEqual([written, 400, ['client_cert_fingerprint']])
      }
      expect((await update(await mtlsAgent(), { client_cert_fingerprint: null })).status).toBe(400)
    })
  })

  it('limits clients that try too often', async () => {
    const tls = { cert: readFileSync(`${folder.dir}/server.crt`), key: readFileSync(`${folder.dir}/server.key`) }
    const before = server
    const now = Date.now()
    server = await startServer({
      tls,
      clock: () => now,
      limits: { ...readConfig({}, { ONECLAW_RATE_LIMITS: 'off' }).limits, publicAuth: { perSecond: 1, burst: 5 } },
    })
    try {
      const replies = await Promise.all(Array.from({ length: 8 }, () => exchange('00000000-0000-4000-8000-000000000000', mine)))
      expect(replies.map(({ status }) => status).toSorted()).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
    } finally {
      await server.close()
      server = before
    }
  })
})

it('without TLS of its own, a server accepts no certificate and asks for a key', async () => {
  const plain = await startServer()
  try {
    const reply = await fetch(`${plain.url}/v1/auth/agent-token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ agent_id: '00000000-0000-4000-8000-000000000000' }),
    })
    expect([reply.status, ((await reply.json()) as { fields: object }).fields]).toEqual([400, { api_key: 'is required' }])
  } finally {
    await plain.close()
  }
})
