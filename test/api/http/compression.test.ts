import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isCompressible } from '../../../server/http/call/compress.ts'
import { endpoints } from '../../../src/contract/all.ts'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'

const NAMES = 1_000

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world, owner, vaultId: vault }) => {
    const raw = (url: string, accepted: string, headers: Record<string, string> = {}) =>
      world.server.app.inject({
        url,
        headers: { authorization: `Bearer ${owner.token}`, 'accept-encoding': accepted, ...headers },
      })
    const listed = (accepted: string, headers = {}) => raw(`/v1/vaults/${vault}/secrets?limit=1000`, accepted, headers)
    return { raw, listed }
  }),
)

describe.each(engines)('replies, on $engine', ({ it }) => {
  it.beforeAll(async ({ world, owner, vaultId: vault }) => {
    for (const half of ['a', 'b']) {
      const secrets = Array.from({ length: NAMES / 2 }, (_, n) => ({ path: `services/${half}-${n}/key`, value: 'x' }))
      const { status } = await world.call('POST', `/v1/vaults/${vault}/secrets`, { token: owner.token, body: { secrets } })
      expect(status).toBe(201)
    }
    await world.put(owner, vault, 'long', 'a value that would compress well '.repeat(2_000))
  })

  it('that list a thousand names are compressed on request, and say what they vary by', async ({ calls: { listed } }) => {
    const plain = await listed('identity')
    expect(plain.headers).not.toHaveProperty('content-encoding')
    expect(plain.headers.vary).toContain('accept-encoding')
    for (const [accepted, coding, open] of [
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['gzip', 'gzip', gunzipSync],
    ] as const) {
      const reply = await listed(accepted)
      expect(reply.headers).toMatchObject({ 'content-encoding': coding, vary: expect.stringContaining('accept-encoding') })
      expect(Number(reply.headers['content-length'] ?? reply.rawPayload.length)).toBe(reply.rawPayload.length)
      expect(reply.rawPayload.length).toBeLessThan(plain.rawPayload.length / 5)
      expect(open(reply.rawPayload).toString()).toBe(plain.body)
      // Another sequence of bytes: the same tag, but weak; it is known again.
      expect(reply.headers.etag).toBe(`W/${plain.headers.etag}`)
      expect((await listed(accepted, { 'if-none-match': String(reply.headers.etag) })).statusCode).toBe(304)
    }
    expect((await listed('br;q=0, gzip;q=0')).headers).not.toHaveProperty('content-encoding')
  })

  it('that are short or report an error are not compressed', async ({ vaultId: vault, calls: { raw } }) => {
    for (const url of ['/v1/vaults', `/v1/vaults/${vault}/secrets?limit=1`, '/v1/vaults?limit=none']) {
      expect((await raw(url, 'br, gzip')).headers, url).not.toHaveProperty('content-encoding')
    }
  })

  it('with a value are never compressed, however long they are', async ({ vaultId: vault, calls: { raw } }) => {
    const reply = await raw(`/v1/vaults/${vault}/secrets/long`, 'br, gzip')
    expect(reply.statusCode).toBe(200)
    expect(reply.rawPayload.length).toBeGreaterThan(50_000)
    expect(reply.headers).not.toHaveProperty('content-encoding')
  })
})

describe('the operations whose replies may be compressed', () => {
  const compressed = (endpoints as readonly EndpointSpec[]).filter(isCompressible)

  it('are lists', () => {
    expect(compressed.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['secrets.list', 'vaults.list', 'audit.events', 'search.find']),
    )
  })

  it('return no secret value', () => {
    const secret =
      /^(value|api_key|key|token|access_token|refresh_token|password|passphrase|private_key|mnemonic|recovery_codes|signed_tx|signature|url)$/
    const found = compressed.flatMap(({ id, reply }) =>
      fieldsOf(reply ? z.toJSONSchema(reply) : {})
        .filter(name => secret.test(name))
        .map(name => `${id}: ${name}`),
    )
    expect(found).toEqual([])
  })
})

function fieldsOf(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties = {}, ...rest } = schema as { properties?: Record<string, unknown> }
  return [...Object.keys(properties), ...[...Object.values(properties), ...Object.values(rest)].flatMap(fieldsOf)]
}
