import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newPerson, signUp } from '../../support/console.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { openShell, type Shell } from '../../support/shell.ts'

type Fault = (request: IncomingMessage, response: ServerResponse) => void

let server: TestServer
let proxy: Server
let url = ''
let shell: Shell
let token = ''
/** The fault of the reverse proxy for the next requests. */
let faults: Fault[] = []
let passed: string[] = []
let absolute: string[] = []

/** A reverse proxy that fails as requested; as a forward proxy, it sends requests for every host to the server. */
beforeAll(async () => {
  server = await startServer()
  token = await signUp(server.url, newPerson())
  proxy = createServer((incoming, response) => {
    const fault = faults.shift()
    if (fault) return fault(incoming, response)
    if (incoming.url?.startsWith('http')) absolute.push(`${incoming.url} ${incoming.headers['proxy-authorization'] ?? ''}`.trim())
    passed.push(`${incoming.method} ${incoming.url}`)
    const target = new URL(incoming.url ?? '/', server.url)
    const { host: _, ...headers } = incoming.headers
    const forward = request(
      { port: new URL(server.url).port, method: incoming.method, path: target.pathname + target.search, headers },
      answer => {
        response.writeHead(answer.statusCode ?? 0, answer.headers)
        answer.pipe(response)
      },
    )
    incoming.pipe(forward)
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  shell = await openShell({ ONECLAW_API_URL: url, ONECLAW_TOKEN: token, ONECLAW_VAULT_ID: 'main' })
  await shell.type('1claw vaults create main')
  await shell.type('printf %s value | 1claw secrets set key')
})
afterEach(() => {
  faults = []
  passed = []
  absolute = []
})
afterAll(async () => {
  await shell.close()
  proxy.closeAllConnections()
  await new Promise(resolve => proxy.close(resolve))
  await server.close()
})

const page = (status: number, headers: Record<string, string> = {}): Fault => {
  return (incoming, response) => {
    incoming.resume()
    response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<h1>no</h1>')
  }
}
const cut: Fault = ({ socket }) => void socket.resetAndDestroy()

describe('a temporary fault', () => {
  it.each([
    ['502', page(502)],
    ['503', page(503)],
    ['504', page(504)],
    ['429 with Retry-After', page(429, { 'retry-after': '1' })],
    ['503 with Retry-After', page(503, { 'retry-after': '1' })],
    ['a reset', cut],
  ])('does not fail a read: %s', async (_, fault) => {
    faults = [fault]
    const vault = await shell.type('1claw secrets get key')
    expect(vault).toEqual({ code: 0, stdout: 'value', stderr: '' })
  })

  it.each([
    ['429 with Retry-After', page(429, { 'retry-after': '1' }), 0],
    ['503 with Retry-After', page(503, { 'retry-after': '1' }), 0],
    ['502', page(502), 7],
    ['a reset', cut, 7],
  ])('fails a write, unless the server certainly has not started: %s', async (_, fault, code) => {
    faults = [fault]
    const written = await shell.type('1claw api DELETE /v1/vaults/7b6f4a0e-0000-4000-8000-000000000000')
    expect(written.code, written.stderr).toBe(code === 0 ? 3 : code)
    expect(passed).toHaveLength(code === 0 ? 1 : 0)
  })

  it('that persists is reported, and not waited for beyond --timeout', async () => {
    faults = Array.from({ length: 20 }, () => page(502))
    const busy = await shell.type('1claw vaults list')
    expect(busy).toMatchObject({ code: 7, stdout: '', stderr: expect.stringContaining('the server is busy') })
    faults = [page(429, { 'retry-after': '60' })]
    const limited = await shell.type('1claw vaults list --timeout 2s')
    expect(limited.code).not.toBe(0)
  })
})

describe('a server that does not answer', () => {
  it('is waited for by doctor as long as --timeout says', async () => {
    faults = [() => {}]
    const { code, stdout } = await shell.type('1claw doctor --timeout 200ms')
    expect([code, stdout]).toEqual([10, expect.stringContaining(`${url} did not respond within 0.2 s.`)])
  })
})

describe('a credential that does not count', () => {
  it.each([
    ['ONECLAW_TOKEN=abc', 'A valid token is needed.', 'ONECLAW_TOKEN'],
    [`ONECLAW_TOKEN= ONECLAW_API_KEY=1ck_${'a'.repeat(43)}`, 'The key was not accepted.', 'ONECLAW_API_KEY'],
  ])('is named with its place: %s', async (setting, message, place) => {
    const { code, stderr } = await shell.type(`${setting} 1claw vaults list`)
    const hint = `The credential is from ${place}. Correct it, or unset it to use your login.`
    expect([code, stderr]).toEqual([4, `error: ${message}\nhint: ${hint}\n`])
  })
})

describe('an address', () => {
  it('that redirects is reported with its target', async () => {
    faults = [page(301, { location: 'https://claw.example.com/v1/vaults' })]
    const { code, stderr } = await shell.type('1claw vaults list')
    expect([code, stderr]).toEqual([1, expect.stringContaining('--api-url https://claw.example.com')])
  })

  it.each([' $URL ', '$URL/', '$URL/v1', '$URL/api/v1/'])('is accepted as people paste it: %s', async form => {
    const { code, stdout } = await shell.type(`URL=${url}; 1claw secrets get key --api-url "${form}"`)
    expect([code, stdout]).toEqual([0, 'value'])
  })

  it('with the wrong scheme gets a hint', async () => {
    const { code, stderr } = await shell.type(`1claw vaults list --api-url ${url.replace('http', 'https')}`)
    expect([code, stderr]).toEqual([7, expect.stringContaining('http://')])
  })
})

describe('a forward proxy', () => {
  const HOST = 'http://claw.internal.test'

  it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'])('named by %s carries the requests, with its credentials', async name => {
    const withUser = url.replace('http://', 'http://me:pass@')
    const { code, stdout, stderr } = await shell.type(
      `ONECLAW_ALLOW_HTTP=1 ${name}=${withUser} 1claw secrets get key --api-url ${HOST}`,
    )
    expect([code, stdout], stderr).toEqual([0, 'value'])
    expect(absolute[0]).toBe(`${HOST}/v1/vaults Basic ${Buffer.from('me:pass').toString('base64')}`)
  })

  it('is bypassed for NO_PROXY and for this machine', async () => {
    const past = await shell.type(
      `ONECLAW_ALLOW_HTTP=1 HTTP_PROXY=${url} NO_PROXY=internal.test,claw.internal.test 1claw vaults list --api-url ${HOST}`,
    )
    expect(past.code).toBe(7)
    expect((await shell.type(`HTTP_PROXY=http://127.0.0.1:9 1claw secrets get key`)).stdout).toBe('value')
    expect(absolute).toEqual([])
  })
})

describe('a key in a file', () => {
  it.each(['ONECLAW_TOKEN', 'ONECLAW_TOKEN_FILE'])('can end in a line break (%s)', async name => {
    const file = join(tmpdir(), `claw-token-${process.pid}`)
    writeFileSync(file, `${token}\r\n`)
    const value = name.endsWith('_FILE') ? file : `"$(cat ${file}; echo; echo x | tr -d x)"`
    const { code, stdout } = await shell.type(`unset ONECLAW_TOKEN; export ${name}=${value}; 1claw secrets get key; rm ${file}`)
    expect([code, stdout]).toEqual([0, 'value'])
  })

  it.each([
    ['ONECLAW_TOKEN="a b"', 'ONECLAW_TOKEN has a character'],
    ['ONECLAW_TOKEN= ONECLAW_API_KEY="1ck_ü"', 'ONECLAW_API_KEY has a character'],
    ['ONECLAW_TOKEN= ONECLAW_AGENT_API_KEY_FILE=/nowhere', 'ONECLAW_AGENT_API_KEY_FILE names /nowhere, which does not exist'],
  ])('that cannot be sent is reported as a wrong setting: %s', async (settings, said) => {
    expect(await shell.type(`${settings} 1claw secrets list`)).toMatchObject({ code: 2, stderr: expect.stringContaining(said) })
  })
})
