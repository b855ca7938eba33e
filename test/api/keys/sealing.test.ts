import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../../server/config/config.ts'
import { rootUnderShares } from '../../../server/keys/software/root-format.ts'
import { start } from '../../../server/main.ts'
import type { RunningServer } from '../../../server/start/serving.ts'
import { emptyPostgres } from '../../support/postgres.ts'
import { sealFolder, shareFolder } from '../../support/sealed.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { PASSWORD } from '../../support/world.ts'

const PASSPHRASE = 'opensesame-canary-41'
const WRONG = 'wrong-canary-42'

interface Answer {
  readonly status: number
  // biome-ignore lint/suspicious/noExplicitAny: a reply's body is judged by the assertions on it
  readonly body: any
  readonly headers: Headers
}

async function ask(url: string, method: string, path: string, body?: object, token?: string): Promise<Answer> {
  const reply = await fetch(url + path, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await reply.text()
  return { status: reply.status, body: text.startsWith('{') ? JSON.parse(text) : text, headers: reply.headers }
}

/** A data folder that tests share; each finds it unsealed. */
function shared(engine: 'sqlite' | 'postgres') {
  let made: TestServer
  let database: Awaited<ReturnType<typeof emptyPostgres>> | undefined
  let plain: Buffer
  const at = { dataDir: '', token: '', vaultId: '' }
  let server: RunningServer | undefined
  let ahead = 0
  const url = () => server?.url ?? ''

  beforeAll(async () => {
    database = engine === 'postgres' ? await emptyPostgres() : undefined
    made = await startServer({ databaseUrl: database?.url })
    at.dataDir = made.dataDir
    const person = { email: 'ada@example.com', password: PASSWORD }
    at.token = (await ask(made.url, 'POST', '/v1/auth/signup', person)).body.access_token
    at.vaultId = (await ask(made.url, 'POST', '/v1/vaults', { name: 'v' }, at.token)).body.id
    await ask(made.url, 'PUT', `/v1/vaults/${at.vaultId}/secrets/a/b`, { value: 'kept' }, at.token)
    await made.stop()
    plain = await readFile(join(at.dataDir, 'root.key'))
    return async () => {
      await made.close()
      await database?.drop()
    }
  })
  afterEach(async () => {
    await server?.close()
    server = undefined
    ahead = 0
    await writeFile(join(at.dataDir, 'root.key'), plain)
  })

  return {
    at,
    advance: (ms: number) => {
      ahead += ms
    },
    async restart(env: Record<string, string> = {}): Promise<RunningServer> {
      await server?.close()
      const variables = { ONECLAW_RATE_LIMITS: 'off', ONECLAW_LOG_LEVEL: 'silent', ...env }
      const config = { ...readConfig({ dataDir: at.dataDir, port: 0 }, variables), databaseUrl: database?.url }
      server = await start(config, () => Date.now() + ahead)
      return server
    },
    get: (path: string, token?: string) => ask(url(), 'GET', path, undefined, token),
    post: (path: string, body?: object, token?: string) => ask(url(), 'POST', path, body, token),
    unseal: (body: object) => ask(url(), 'POST', '/v1/unseal', body),
    secret: async () => (await ask(url(), 'GET', `/v1/vaults/${at.vaultId}/secrets/a/b`, undefined, at.token)).body.value,
  }
}

describe('a sealed server', () => {
  const { at, advance, restart, get, post, unseal, secret } = shared('sqlite')

  it('answers all but a few requests that it is sealed, and opens nothing', async () => {
    await sealFolder(at.dataDir, PASSPHRASE)
    expect((await restart()).isSealed).toBe(true)
    expect((await get('/livez')).status).toBe(200)
    for (const path of [
      '/readyz',
      '/v1/health',
      '/',
      '/v1/vaults',
      '/nothing',
      '/openapi.json',
      `/v1/vaults/${at.vaultId}/secrets/a/b`,
    ]) {
      const { status, body, headers } = await get(path, at.token)
      expect({ path, status, type: headers.get('content-type') }).toEqual({ path, status: 503, type: 'application/problem+json' })
      expect(body).toMatchObject({
        type: 'server_sealed',
        title: 'Server Sealed',
        detail: expect.stringContaining('`1claw keys unseal`'),
      })
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect((await post('/v1/auth/token', { email: 'ada@example.com', password: PASSWORD })).status).toBe(503)
    expect((await get('/v1/seal')).body).toEqual({ sealed: true, kind: 'passphrase' })
  })

  it('locks out clients that guess, says so, and lets them try again later', async () => {
    await sealFolder(at.dataDir, PASSPHRASE)
    await restart()
    const guesses = await Promise.all(Array.from({ length: 7 }, () => unseal({ passphrase: WRONG })))
    expect(guesses.map(({ status }) => status).sort()).toEqual([401, 401, 401, 401, 401, 429, 429])
    const locked = await unseal({ passphrase: PASSPHRASE })
    expect(locked).toMatchObject({ status: 429, body: { detail: 'Too many wrong attempts to unseal; try again in 15 minutes.' } })
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(800)
    advance(15 * 60_000)
    expect((await unseal({ passphrase: PASSPHRASE })).status).toBe(200)
  })

  it('opens with shares in any order, counts them, and forgets them after a while', async () => {
    const [a = '', b = '', c = '', d = ''] = await shareFolder(at.dataDir, 5, 3)
    await restart()
    expect((await get('/v1/seal')).body).toEqual({ sealed: true, kind: 'shares', given: 0, threshold: 3 })
    expect((await unseal({ share: d })).body).toMatchObject({ given: 1, threshold: 3 })
    expect((await unseal({ share: d.toUpperCase() })).body).toMatchObject({ given: 1 })
    expect((await unseal({ share: b })).body).toMatchObject({ given: 2 })
    advance(11 * 60_000)
    expect((await get('/v1/seal')).body).toMatchObject({ given: 0 })
    const mistyped = a.slice(0, -1) + (a.endsWith('0') ? '2' : '0')
    expect(await unseal({ share: mistyped })).toMatchObject({
      status: 400,
      body: { detail: expect.stringContaining('mistyped') },
    })
    expect(await unseal({ passphrase: PASSPHRASE })).toMatchObject({ status: 400 })
    for (const share of [c, a]) await unseal({ share })
    expect(await unseal({ share: b })).toMatchObject({ status: 200, body: { sealed: false } })
    expect(await secret()).toBe('kept')
  })

  it('recognises shares of another seal, even well-formed ones, and keeps those already given', async () => {
    const foreign = (await rootUnderShares(Buffer.alloc(32), 3, 2)).shares[0] ?? ''
    const [a = '', b = ''] = await shareFolder(at.dataDir, 3, 2)
    await restart()
    await unseal({ share: a })
    expect(await unseal({ share: foreign })).toMatchObject({
      status: 401,
      body: { detail: expect.stringContaining('another seal') },
    })
    expect((await get('/v1/seal')).body).toMatchObject({ given: 1 })
    expect((await unseal({ share: b })).body).toEqual({ sealed: false })
  })

  it('does not seal itself where a restart would open it', async () => {
    await restart()
    expect((await get('/v1/seal')).body).toEqual({ sealed: false })
    const refused = await post('/v1/seal', undefined, at.token)
    expect(refused).toMatchObject({ status: 409, body: { hint: 'Run `1claw keys seal` on the server first.' } })
  })

  it('opens by itself with a passphrase or shares from a file, and does not start with wrong ones', async () => {
    await sealFolder(at.dataDir, PASSPHRASE)
    const file = join(at.dataDir, 'given')
    await writeFile(file, `${PASSPHRASE}\n`)
    expect((await restart({ ONECLAW_UNSEAL_PASSPHRASE_FILE: file })).isSealed).toBe(false)
    expect(await secret()).toBe('kept')
    const wrong = restart({ ONECLAW_UNSEAL_PASSPHRASE: WRONG })
    await expect(wrong).rejects.toMatchObject({ code: 'config.invalid', message: expect.stringContaining('does not open') })
  })
})

describe.each(['sqlite', 'postgres'] as const)('a sealed server on %s', engine => {
  const { at, restart, get, post, unseal, secret } = shared(engine)

  it('opens with its passphrase at the same address without a restart, and records each attempt', async () => {
    await sealFolder(at.dataDir, PASSPHRASE)
    await restart()
    expect(await unseal({ passphrase: WRONG })).toMatchObject({ status: 401, body: { detail: 'The passphrase is wrong.' } })
    expect(await unseal({ share: 'x' })).toMatchObject({ status: 400 })
    expect(await unseal({})).toMatchObject({ status: 400 })
    const opened = await unseal({ passphrase: PASSPHRASE })
    expect(opened).toMatchObject({ status: 200, body: { sealed: false } })
    expect((await get('/readyz')).status).toBe(200)
    expect((await get('/v1/admin/keys', at.token)).body.seal).toBe('passphrase')
    expect(await secret()).toBe('kept')
    expect(await unseal({ passphrase: PASSPHRASE })).toMatchObject({
      status: 409,
      body: { detail: 'This server is not sealed.' },
    })
    const { events } = (await get('/v1/audit/events?limit=20', at.token)).body
    const told = events.filter(({ action }: { action: string }) => action.startsWith('admin.unseal'))
    expect(told.map(({ action }: { action: string }) => action)).toEqual(['admin.unseal', 'admin.unseal-failure'])
    expect(told[0].details).toMatchObject({ kind: 'passphrase', wrong_attempts: 1 })
    expect(told[0].ip_address).toBe('127.0.0.1')
    expect(JSON.stringify(events)).not.toContain('canary')
  })

  it('is sealed again only by its administrators, keeps its address, and opens again', async () => {
    await sealFolder(at.dataDir, PASSPHRASE)
    await restart()
    await unseal({ passphrase: PASSPHRASE })
    const other = { email: 'eve@example.com', password: PASSWORD }
    const stranger = (await post('/v1/auth/signup', other)).body.access_token
    expect((await post('/v1/seal', undefined, stranger)).status).toBe(403)
    expect((await post('/v1/seal')).status).toBe(401)
    for (let round = 0; round < 2; round++) {
      expect(await post('/v1/seal', undefined, at.token)).toMatchObject({ status: 202, body: { sealed: true } })
      expect((await get('/readyz')).body.type).toBe('server_sealed')
      expect((await unseal({ passphrase: PASSPHRASE })).status).toBe(200)
      expect(await secret()).toBe('kept')
    }
  })
})
