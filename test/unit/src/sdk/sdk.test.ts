import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { endpoints } from '../../../../src/contract/all.ts'
import { Problem } from '../../../../src/problem.ts'
import { createClient, type SdkOptions } from '../../../../src/sdk/sdk.ts'
import { ROOT } from '../../../support/house/files.ts'
import { factsOf } from '../../../support/house/source.ts'

const VAULT = '11111111-1111-4111-8111-111111111111'
const SECRET = { id: VAULT, path: 'prod/db', type: 'generic', version: 1, created_at: '2026-03-01T12:00:00Z' }

interface Seen {
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly body: unknown
}

type Answer = { status?: number; body?: object; headers?: Record<string, string> }

/** A `fetch` that answers on request, and its requests. */
function server(answer: (seen: Seen, count: number) => Answer | Promise<Answer>) {
  const seen: Seen[] = []
  const fetch = async (url: string | URL | Request, init: RequestInit = {}) => {
    const { pathname, search } = new URL(String(url))
    const body: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined
    const one = {
      method: init.method ?? 'GET',
      path: pathname + search,
      authorization: new Headers(init.headers).get('authorization') ?? undefined,
      body,
    }
    seen.push(one)
    init.signal?.throwIfAborted()
    const { status = 200, body: text = {}, headers = {} } = await answer(one, seen.length)
    return new Response(status === 204 ? null : JSON.stringify(text), {
      status,
      headers: { 'x-request-id': `r${seen.length}`, ...headers },
    })
  }
  return {
    seen,
    client: (options: Partial<SdkOptions> = {}) => createClient({ baseUrl: 'https://claw.test', fetch, ...options }),
  }
}

describe('a result', () => {
  it('has data, metadata and no error', async () => {
    const { client } = server(() => ({ body: { ...SECRET, value: 'v' } }))
    const { data, error, meta } = await client({ token: 't' }).secrets.get(VAULT, 'prod/db')
    expect([data?.value, error, meta.status, meta.requestId]).toEqual(['v', null, 200, 'r1'])
    expect(meta.durationMs).toBeGreaterThanOrEqual(0)
  })

  it('has an error and no data for a refusal', async () => {
    const { client } = server(() => ({ status: 403, body: { detail: 'Insufficient permissions' } }))
    const { data, error, meta } = await client({ token: 't' }).secrets.get(VAULT, 'prod/db')
    expect(data).toBeNull()
    expect(error).toBeInstanceOf(Problem)
    expect([error?.code, error?.status, error?.message, meta.status]).toEqual([
      'policy.denied',
      403,
      'Insufficient permissions',
      403,
    ])
  })

  it('has an error for an unreachable server, and for an invalid path', async () => {
    const gone = createClient({ baseUrl: 'http://127.0.0.1:9', timeoutMs: 2000 })
    const { error } = await gone.vaults.list()
    expect([error?.code, error?.extras.hint]).toEqual(['server.unreachable', 'Is the server running? Check baseUrl.'])
    const page = createClient({ baseUrl: 'https://claw.test', fetch: async () => new Response('<html>', { status: 200 }) })
    expect((await page.vaults.list()).error?.extras.hint).toBe('Is that a 1claw server? Check baseUrl.')
    const { client, seen } = server(() => ({}))
    expect((await client().secrets.get(VAULT, '../x')).error?.code).toBe('request.invalid')
    expect(seen).toEqual([])
  })

  it('has neither data nor error if the operation returns nothing', async () => {
    const { client } = server(() => ({ status: 204 }))
    const { data, error, meta } = await client().secrets.delete(VAULT, 'prod/db')
    expect([data, error, meta.status]).toEqual([undefined, null, 204])
  })
})

describe('what is sent', () => {
  it('takes the path parameters, then the body or query, then the options', async () => {
    const { client, seen } = server(() => ({ body: { ...SECRET, secrets: [] } }))
    const { secrets, sharing, org } = client({ token: 't' })
    await secrets.put(VAULT, 'a/b', { value: 'v' }, { headers: { 'idempotency-key': 'k' } })
    await secrets.list(VAULT, { prefix: 'a/' })
    await secrets.version(VAULT, 'a/b', 3)
    await sharing.create(VAULT, { recipient_type: 'creator', expires_at: '2026-12-31T00:00:00Z' })
    await org.removeMember(VAULT, { confirm: VAULT } as never)
    expect(seen.map(({ method, path, body }) => [method, path, body])).toEqual([
      ['PUT', `/v1/vaults/${VAULT}/secrets/a/b`, { value: 'v' }],
      ['GET', `/v1/vaults/${VAULT}/secrets?prefix=a%2F`, undefined],
      ['GET', `/v1/vaults/${VAULT}/secret-version/a/b/3`, undefined],
      ['POST', `/v1/secrets/${VAULT}/share`, { recipient_type: 'creator', expires_at: '2026-12-31T00:00:00Z' }],
      ['DELETE', `/v1/org/members/${VAULT}?confirm=${VAULT}`, undefined],
    ])
    expect(new Set(seen.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer t']))
  })

  it('can be aborted by a signal, even in place of a body', async () => {
    const { client } = server(() => new Promise<Answer>(() => {}))
    const given = new AbortController()
    const pending = client({ token: 't' }).secrets.get(VAULT, 'a', { signal: given.signal })
    given.abort()
    expect((await client({ token: 't' }).vaults.list(undefined, { signal: AbortSignal.abort() })).error?.code).toBe('cancelled')
    // The stand-in for fetch does not listen to the signal by itself.
    expect(await Promise.race([pending.then(({ error }) => error?.code), Promise.resolve('waiting')])).toBe('waiting')
  })

  it('covers every operation of the contract but those of the console’s cookie', () => {
    const client = createClient({ baseUrl: 'https://claw.test' })
    const methods = Object.values(client).flatMap(area => (typeof area === 'object' ? Object.values(area) : []))
    expect(methods).toHaveLength(endpoints.filter(({ id }) => !id.startsWith('console-session.')).length)
    expect(methods.every(method => typeof method === 'function')).toBe(true)
  })

  it('has a body if the contract has one, and otherwise a query', () => {
    const keys = (endpoint: object, part: 'body' | 'query') => {
      const schema: unknown = Reflect.get(endpoint, part)
      return schema instanceof z.ZodObject ? Object.keys(schema.shape).length : 0
    }
    const both = endpoints.filter(each => keys(each, 'body') > 0 && keys(each, 'query') > 0)
    expect(both.map(({ id }) => id)).toEqual([])
    const odd = endpoints.filter(each => keys(each, each.method === 'GET' ? 'body' : 'query') > 0)
    expect(odd.map(({ id }) => id)).toEqual([
      'console-session.token',
      'account.export',
      'org.remove-member',
      'vaults.delete',
      'secrets.delete',
      'audit.verify',
    ])
  })
})

describe('a key', () => {
  const exchanging = (lifetime = 3600) =>
    server(({ path }, count) => {
      if (path === '/v1/auth/agent-token' || path === '/v1/auth/api-key-token')
        return { body: { access_token: `token${count}`, token_type: 'Bearer', expires_in: lifetime } }
      return { body: { vaults: [] } }
    })

  it('is exchanged once for many calls at once', async () => {
    const { client, seen } = exchanging()
    const { vaults } = client({ agentId: VAULT, apiKey: 'ocv_x' })
    await Promise.all(Array.from({ length: 20 }, () => vaults.list()))
    await vaults.list()
    const [first, ...others] = seen
    expect([first?.path, first?.body, first?.authorization]).toEqual([
      '/v1/auth/agent-token',
      { api_key: 'ocv_x', agent_id: VAULT },
      undefined,
    ])
    expect(others).toHaveLength(21)
    expect(new Set(others.map(({ authorization }) => authorization))).toEqual(new Set(['Bearer token1']))
  })

  it('of a person is exchanged at its own endpoint', async () => {
    const { client, seen } = exchanging()
    await client({ apiKey: '1ck_x' }).vaults.list()
    expect(seen.map(({ path }) => path)).toEqual(['/v1/auth/api-key-token', '/v1/vaults'])
  })

  it('is exchanged again when the token is refused', async () => {
    let refused = false
    const { client, seen } = server(({ path, authorization }) => {
      if (path === '/v1/auth/agent-token')
        return { body: { access_token: refused ? 'second' : 'first', token_type: 'Bearer', expires_in: 3600 } }
      refused ||= authorization === 'Bearer first'
      return authorization === 'Bearer first' ? { status: 401 } : { body: { vaults: [] } }
    })
    expect((await client({ apiKey: 'ocv_x' }).vaults.list()).error).toBeNull()
    expect(seen.map(({ path }) => path)).toEqual(['/v1/auth/agent-token', '/v1/vaults', '/v1/auth/agent-token', '/v1/vaults'])
  })

  it('cannot be combined with a token', () => {
    expect(() => createClient({ baseUrl: 'https://claw.test', token: 't', apiKey: 'ocv_x' })).toThrow('not both')
    expect(() => createClient({ baseUrl: 'claw.test' })).toThrow('not an http or https URL')
  })

  it('that is missing or empty is refused at once, in place of calls without credentials', () => {
    const baseUrl = 'https://claw.test'
    expect(() => createClient({ baseUrl, agentId: VAULT })).toThrow('needs the apiKey')
    expect(() => createClient({ baseUrl, apiKey: '' })).toThrow('The apiKey is empty.')
    expect(() => createClient({ baseUrl, token: '\n' })).toThrow('The token is empty.')
  })

  it('is taken as a file has it, with a line break at its end', async () => {
    const { client, seen } = server(() => ({ body: { vaults: [] } }))
    await client({ apiKey: 'ocv_x\n', agentId: VAULT }).vaults.list()
    expect(seen[0]?.body).toEqual({ agent_id: VAULT, api_key: 'ocv_x' })
  })
})

describe('a temporary fault', () => {
  it('is retried only where that is safe', async () => {
    const { client, seen } = server((_, count) => (count === 1 ? { status: 503 } : { body: { vaults: [] } }))
    expect((await client().vaults.list()).error).toBeNull()
    expect(seen).toHaveLength(2)
    const writing = server(() => ({ status: 503 }))
    expect((await writing.client().vaults.create({ name: 'x' })).error?.code).toBe('server.busy')
    expect(writing.seen).toHaveLength(1)
  })
})

describe('pages', () => {
  const paging = () =>
    server(({ path }) => {
      const at = Number(new URL(path, 'https://x').searchParams.get('cursor') ?? 0)
      const secrets = [0, 1].map(offset => ({ ...SECRET, path: `p${at + offset}` }))
      return { body: { secrets, ...(at < 4 && { next_cursor: String(at + 2) }) } }
    })

  it('are returned together by the method', async () => {
    const { client } = paging()
    expect((await client().secrets.list(VAULT)).data?.secrets.map(({ path }) => path)).toEqual([
      'p0',
      'p1',
      'p2',
      'p3',
      'p4',
      'p5',
    ])
  })

  it('are returned one by one by its iterator, only as far as they are read', async () => {
    const { client, seen } = paging()
    for await (const { path } of client().secrets.list.each(VAULT, { limit: 2 })) if (path === 'p2') break
    expect(seen.map(({ path }) => path.split('?')[1])).toEqual(['limit=2', 'limit=2&cursor=2'])
  })

  it('throw refusals of the server', async () => {
    const { client } = server(() => ({ status: 403 }))
    const read = async () => {
      for await (const _ of client().secrets.list.each(VAULT)) expect.unreachable()
    }
    await expect(read()).rejects.toMatchObject({ code: 'policy.denied' })
  })
})

describe('a customer’s key', () => {
  it('encrypts what is written and decrypts what is read', async () => {
    const key = randomBytes(32).toString('base64')
    let stored = ''
    const fingerprint = new Uint8Array(await crypto.subtle.digest('SHA-256', Buffer.from(key, 'base64')))
    const { client } = server(({ method, path, body }) => {
      if (method === 'PUT') stored = (body as { value: string }).value
      if (!path.includes('/secrets'))
        return { body: { id: VAULT, name: 'v', cmek_fingerprint: Buffer.from(fingerprint).toString('hex') } }
      return { body: { ...SECRET, value: stored, cmek_encrypted: true } }
    })
    const { secrets } = client({ token: 't', cmekKeys: [key] })
    expect((await secrets.put(VAULT, 'a', { value: 's3cret' })).error).toBeNull()
    expect(Buffer.from(stored, 'base64').toString('latin1')).not.toContain('s3cret')
    expect((await secrets.get(VAULT, 'a')).data?.value).toBe('s3cret')
    const stranger = client({ token: 't', cmekKeys: [randomBytes(32).toString('base64')] })
    expect((await stranger.secrets.get(VAULT, 'a')).error?.code).toBe('secret.unreadable')
    expect(() => client({ cmekKeys: ['short'] })).toThrow('cmekKeys[0] is not a key')
  })
})

it('the client needs no package and no Node.js module', () => {
  const seen = new Set<string>()
  const outside: string[] = []
  const visit = (path: string) => {
    if (seen.has(path)) return
    seen.add(path)
    const { references, members } = factsOf({ path, text: readFileSync(join(ROOT, path), 'utf8') })
    outside.push(...members.filter(member => /^(process|Buffer|require)\b/.test(member)).map(member => `${path}: ${member}`))
    for (const { target, ours, reach } of references) {
      if (reach === 'type') continue
      if (ours && existsSync(join(ROOT, target))) visit(target)
      else outside.push(`${path}: ${target}`)
    }
  }
  visit('src/sdk/sdk.ts')
  expect(outside).toEqual([])
  expect([...seen].map(dirname)).toContain('src/client')
})
