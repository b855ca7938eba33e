import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync, gunzipSync } from 'node:zlib'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answerLost, loadPages, mountPages } from '../../../../server/http/console-pages.ts'
import { answerUnrouted } from '../../../../server/http/path/unrouted.ts'

const SCRIPT = `${'console.log(1);'.repeat(100)}\n`

let folder: string
let app: FastifyInstance

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pages-'))
  app = Fastify()
})

afterEach(async () => {
  await app.close()
  await rm(folder, { recursive: true })
})

async function buildConsole() {
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>1claw</title>')
  await writeFile(join(folder, 'assets', 'index-abc123.js'), SCRIPT)
  await writeFile(join(folder, 'assets', 'mark-abc123.svg'), '<svg/>')
}

describe('the built console', () => {
  beforeEach(async () => {
    await buildConsole()
    mountPages(app, await loadPages(folder))
  })

  it.each(['/', '/cli/verify', '/cli/verify?code=BCDF-GHJK'])('returns the document for %s, without caching', async url => {
    const reply = await app.inject(url)
    expect(reply.statusCode).toBe(200)
    expect(reply.headers['content-type']).toBe('text/html; charset=utf-8')
    expect(reply.headers['cache-control']).toBe('no-store')
    expect(reply.body).toContain('<title>1claw</title>')
  })

  it.each([
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text/html; charset=utf-8'],
    ['*/*', 'application/problem+json'],
    ['application/json', 'application/problem+json'],
    ['', 'application/problem+json'],
  ])('answers an unknown address for Accept %j with %s', async (accept, type) => {
    const pages = await loadPages(folder)
    answerUnrouted(app, new Map(), (request, reply) => answerLost(request, reply, pages))
    const reply = await app.inject({ url: '/v1/nothing', headers: { accept } })
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([404, type])
  })

  it('returns a file at its exact name, cached permanently', async () => {
    const reply = await app.inject('/assets/index-abc123.js')
    expect(reply.statusCode).toBe(200)
    expect(reply.headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(reply.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(reply.headers['content-encoding']).toBeUndefined()
    expect(reply.body).toBe(SCRIPT)
  })

  it.each([
    '/index.html',
    '/assets/',
    '/assets/other.js',
    '/assets/../index.html',
    '/assets/%2e%2e/index.html',
    '/assets/..%2findex.html',
    '/assets//index-abc123.js',
    '/cli',
    '/cli/verify/more',
  ])('has nothing at %s', async url => {
    expect((await app.inject(url)).statusCode).toBe(404)
  })

  it('does not serve a file that was added later', async () => {
    await writeFile(join(folder, 'assets', 'late.js'), '1')
    expect((await app.inject('/assets/late.js')).statusCode).toBe(404)
  })

  it.each(['/', '/cli/verify', '/assets/index-abc123.js', '/assets/mark-abc123.svg'])('protects %s', async url => {
    const { headers } = await app.inject(url)
    const policy = String(headers['content-security-policy'])
    for (const directive of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "frame-ancestors 'none'",
      "form-action 'none'",
      "base-uri 'none'",
    ]) {
      expect(policy.split('; ')).toContain(directive)
    }
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(headers['permissions-policy']).toContain('camera=()')
  })

  it.each(['gzip', 'deflate, gzip, br', 'br;q=1.0, GZIP;q=0.5'])(
    'is compressed for a client that accepts "%s"',
    async accepted => {
      const reply = await app.inject({ url: '/assets/index-abc123.js', headers: { 'accept-encoding': accepted } })
      expect(reply.headers['content-encoding']).toBe('gzip')
      expect(reply.headers['vary']).toBe('accept-encoding')
      expect(gunzipSync(reply.rawPayload).toString()).toBe(SCRIPT)
    },
  )

  it.each(['br', 'gzip;q=0', 'gzip;q=0.000', 'x-gzipped', ''])('is plain for a client that accepts "%s"', async accepted => {
    const reply = await app.inject({ url: '/assets/index-abc123.js', headers: { 'accept-encoding': accepted } })
    expect(reply.headers['content-encoding']).toBeUndefined()
    expect(reply.body).toBe(SCRIPT)
  })

  it('is sent as the build compressed it to a client that accepts that', async () => {
    const built = brotliCompressSync(SCRIPT)
    await writeFile(join(folder, 'assets', 'index-abc123.js.br'), built)
    const other = Fastify()
    mountPages(other, await loadPages(folder))
    const get = (accepted: string) => other.inject({ url: '/assets/index-abc123.js', headers: { 'accept-encoding': accepted } })
    const reply = await get('gzip, deflate, br')
    expect(reply.headers['content-encoding']).toBe('br')
    expect(brotliDecompressSync(reply.rawPayload).toString()).toBe(SCRIPT)
    expect((await get('gzip, br;q=0')).headers['content-encoding']).toBe('gzip')
    expect((await other.inject('/assets/index-abc123.js.br')).statusCode).toBe(404)
    await other.close()
  })

  it('sends uncompressed what compression would make longer', async () => {
    const reply = await app.inject({ url: '/assets/mark-abc123.svg', headers: { 'accept-encoding': 'gzip' } })
    expect(reply.headers['content-encoding']).toBeUndefined()
    expect(reply.body).toBe('<svg/>')
  })
})

describe('without a build', () => {
  it.each(['/', '/cli/verify'])('explains how to make one at %s', async url => {
    mountPages(app, await loadPages(join(folder, 'nowhere')))
    const reply = await app.inject(url)
    expect(reply.statusCode).toBe(503)
    expect(reply.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(reply.body).toContain('npm run build')
    expect(reply.body).not.toContain(folder)
  })
})

it('refuses a build with a file of an unknown kind', async () => {
  await buildConsole()
  await writeFile(join(folder, 'assets', 'stray.map'), '{}')
  await expect(loadPages(folder)).rejects.toThrow('stray.map')
})
