import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { certificateFolder } from '../../support/certificates.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { ok, PASSWORD } from '../../support/world.ts'

const ROOT = join(import.meta.dirname, '../../..')
const HOST = 'claw.company.test'
const run = promisify(execFile)

/**
 * A separate root, read-only, with only the system's programs and ours in it; then a user without an entry in the system. This is a
 * container, made by hand: its arguments are the root, this repository, a folder of secrets, and the command.
 */
const CONTAINER = `
root=$1 repository=$2 secrets=$3; shift 3
mount -t tmpfs none "$root"
for dir in bin lib lib64 sbin; do
  if [ -L /$dir ]; then cp -P /$dir "$root/$dir"; elif [ -d /$dir ]; then mkdir "$root/$dir"; mount --bind /$dir "$root/$dir"; fi
done
for pair in /usr:usr "$repository:app" "$secrets:secrets" /proc:proc /dev:dev; do
  mkdir "$root/\${pair#*:}"
  mount --rbind "\${pair%%:*}" "$root/\${pair#*:}"
done
for dir in usr app secrets; do mount -o remount,bind,ro "$root/$dir"; done
mount -o remount,ro "$root"
cd /
exec chroot "$root" setpriv --reuid 12345 --regid 12345 --clear-groups env -i PATH=/usr/bin:/bin "$@"
`

describe('a container with an empty root, read-only, a user without a name, a proxy and the CA of a company', () => {
  const asked: string[] = []
  let server: TestServer
  let proxy: Server
  let folder = ''
  let certificates: Awaited<ReturnType<typeof certificateFolder>>

  beforeAll(async () => {
    certificates = await certificateFolder()
    const company = await certificates.selfSigned('company')
    const { cert, key } = await certificates.forServer('server', company, HOST)
    server = await startServer({ tls: { cert: readFileSync(cert), key: readFileSync(key) } })
    const port = Number(new URL(server.url).port)
    proxy = createServer((_, reply) => reply.writeHead(405).end())
    proxy.on('connect', (request, socket) => {
      asked.push(`${request.url} ${request.headers['proxy-authorization']}`)
      const way = connect(port, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        way.pipe(socket).pipe(way)
      })
      way.on('error', () => socket.destroy())
      socket.on('error', () => way.destroy())
    })
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
    folder = mkdtempSync(join(tmpdir(), 'claw-container-'))
    writeFileSync(join(folder, 'company.crt'), readFileSync(company.cert), { mode: 0o644 })
    writeFileSync(join(folder, 'key'), `${await keyOf(server, company.cert)}\n`, { mode: 0o644 })
    await run('chmod', ['755', folder])
  })
  afterAll(async () => {
    proxy?.closeAllConnections()
    proxy?.close()
    await server?.close()
    await certificates?.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  function inside(...words: readonly string[]) {
    const root = mkdtempSync(join(tmpdir(), 'claw-root-'))
    const settings = {
      ONECLAW_API_URL: `https://${HOST}`,
      ONECLAW_API_KEY_FILE: '/secrets/key',
      ONECLAW_CA_CERT: '/secrets/company.crt',
      ONECLAW_VAULT_ID: 'main',
      HTTPS_PROXY: `http://user:pass@127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    }
    const env = Object.entries(settings).map(([name, value]) => `${name}=${value}`)
    const claw = ['/app/node_modules/node/bin/node', '--', '/app/bin/run.js', ...words]
    return run('unshare', [
      '--mount',
      '--propagation',
      'private',
      'sh',
      '-ec',
      CONTAINER,
      'sh',
      root,
      ROOT,
      folder,
      ...env,
      ...claw,
    ])
      .then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        (error: { code: number; stdout: string; stderr: string }) => ({
          code: error.code,
          stdout: error.stdout,
          stderr: error.stderr,
        }),
      )
      .finally(() => rmSync(root, { recursive: true, force: true }))
  }

  it('runs a program that opens its output by name', { timeout: 60_000 }, async () => {
    expect(await inside('run', '--mask', '--', 'sh', '-c', 'echo x > /dev/stdout')).toEqual({
      code: 0,
      stdout: 'x\n',
      stderr: '',
    })
    expect(await inside('run', '--mask', '--', 'sh', '-c', 'echo "$KEY" > /dev/stdout')).toMatchObject({
      code: 0,
      stdout: '*****\n',
    })
    expect(asked[0]).toBe(`${HOST}:443 Basic ${Buffer.from('user:pass').toString('base64')}`)
  })

  it('reads, and reports what is not possible there', { timeout: 60_000 }, async () => {
    expect(await inside('secrets', 'get', 'app/key')).toEqual({ code: 0, stdout: 's3cret-value', stderr: '' })
    const written = await inside('secrets', 'get', 'app/key', '--out-file', '/app/value')
    expect(written).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('/app/value cannot be written: the file system is read-only'),
    })
    expect(await inside('run', '--env-file', 'missing', '--', 'true')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('missing'),
    })
  })
})

/** A person's API key, with a vault and a secret. */
async function keyOf(server: TestServer, ca: string): Promise<string> {
  const { Agent, request } = await import('undici')
  const dispatcher = new Agent({ connect: { ca: readFileSync(ca) } })
  const call = async (method: string, path: string, body: object, token = '') => {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
    const reply = await request(`${server.url}${path}`, {
      method: method as 'POST',
      dispatcher,
      headers,
      body: JSON.stringify(body),
    })
    // biome-ignore lint/suspicious/noExplicitAny: judged by what is done with it
    const answered: any = await reply.body.json()
    return ok(Promise.resolve({ status: reply.statusCode, body: answered, headers: {} }))
  }
  const { body: session } = await call('POST', '/v1/auth/signup', { email: 'me@example.com', password: PASSWORD })
  const token = session.access_token as string
  const { body: vault } = await call('POST', '/v1/vaults', { name: 'main' }, token)
  await call('PUT', `/v1/vaults/${vault.id}/secrets/app/key`, { value: 's3cret-value' }, token)
  const { body: made } = await call('POST', '/v1/auth/api-keys', { name: 'container' }, token)
  await dispatcher.close()
  return made.api_key
}
