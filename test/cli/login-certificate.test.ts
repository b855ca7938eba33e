import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CertificatePair, certificateFolder } from '../support/certificates.ts'
import { type ServerProcess, startProgram } from '../support/program.ts'
import { openShell, type Shell } from '../support/shell.ts'
import { PASSWORD } from '../support/world.ts'

/** The real program, on both sides of a real TLS connection. */
let folder: Awaited<ReturnType<typeof certificateFolder>>
let authority: CertificatePair
let mine: CertificatePair
let server: ServerProcess
let dataDir = ''
let owner: Shell
let shell: Shell
let agentId = ''
let vault = ''

beforeAll(async () => {
  folder = await certificateFolder()
  authority = await folder.selfSigned('authority')
  mine = await folder.selfSigned('agent')
  const { cert, key } = await folder.forServer('server', authority)
  dataDir = await mkdtemp(join(tmpdir(), '1claw-tls-'))
  server = await startProgram(dataDir, { ONECLAW_TLS_CERT: cert, ONECLAW_TLS_KEY: key })
  const env = { ONECLAW_API_URL: server.url, NODE_EXTRA_CA_CERTS: authority.cert, NODE_USE_SYSTEM_CA: '0' }
  owner = await openShell(env)
  const account = `printf %s '{"email":"o@example.com","password":"${PASSWORD}"}' |`
  const signUp = `curl -s --cacert ${authority.cert} -H 'content-type: application/json' -d @- ${server.url}/v1/auth/signup`
  expect((await owner.type(`${account} ${signUp}`)).code).toBe(0)
  await owner.type(`printf %s '${PASSWORD}' | 1claw login --email o@example.com --password-stdin --credential-store file`)
  vault = (await owner.type('1claw vaults create prod -o json')).stdout
  vault = JSON.parse(vault).id
  await owner.type('1claw vaults use prod')
  await owner.type('printf %s canary | 1claw secrets set db/url')
  const create = `1claw agents create bot --auth-method mtls --client-cert-fingerprint ${mine.fingerprint} -o name`
  agentId = (await owner.type(create)).stdout.trim()
  expect((await owner.type('1claw policies create "**" --agent bot --permission read')).code).toBe(0)
  shell = await openShell({ ONECLAW_API_URL: server.url, ONECLAW_VAULT_ID: vault, ONECLAW_CA_CERT: authority.cert })
})
afterAll(async () => {
  await Promise.all([owner.close(), shell.close(), folder.remove()])
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
})

const asAgent = () => `ONECLAW_CLIENT_CERT=${mine.cert} ONECLAW_CLIENT_KEY=${mine.key} ONECLAW_AGENT_ID=${agentId}`
const PEEK = `process.on('exit',()=>console.error(process.moduleLoadList.filter(n=>/undici/.test(n)).length+' of undici'))`

describe('an agent with a client certificate', { timeout: 60_000 }, () => {
  it('reads a secret with nothing but the certificate, and without loading undici', async () => {
    const peek = `NODE_OPTIONS="--import=data:text/javascript,${encodeURIComponent(PEEK)}"`
    const read = await shell.type(`${peek} ${asAgent()} 1claw secrets get db/url`)
    expect(read).toMatchObject({ code: 0, stdout: 'canary', stderr: '0 of undici\n' })
    const run = `1claw run -- sh -c 'echo "$URL$ONECLAW_CLIENT_CERT$ONECLAW_CLIENT_KEY$ONECLAW_AGENT_ID"'`
    expect(await shell.type(`${asAgent()} ${run}`)).toMatchObject({ code: 0, stdout: 'canary\n' })
    const who = JSON.parse((await shell.type(`${asAgent()} 1claw whoami --json`)).stdout)
    expect(who).toMatchObject({ type: 'agent', id: agentId, credential: 'ONECLAW_CLIENT_CERT' })
  })

  it('keeps its token after a login, and uses the certificate again when the token is refused', async () => {
    const pair = `--client-cert ${mine.cert} --client-key ${mine.key}`
    const login = await shell.type(`1claw login ${pair} --agent-id ${agentId} --credential-store file`)
    expect(login).toMatchObject({ code: 0, stdout: '' })
    const calls = async () => {
      const { stdout, stderr } = await shell.type('1claw secrets get db/url --verbose')
      expect(stdout).toBe('canary')
      return [...stderr.matchAll(/^(\S+) (\S+) → (\d+)/gm)].map(([, method, path, status]) => `${method} ${path} ${status}`)
    }
    const get = `/v1/vaults/${vault}/secrets/db/url`
    expect(await calls()).toEqual([`GET ${get} 200`])
    await owner.type('1claw agents update bot --no-active && 1claw agents update bot --active')
    expect(await calls()).toEqual([`GET ${get} 401`, 'POST /v1/auth/agent-token 200', `GET ${get} 200`])
    expect(await calls()).toEqual([`GET ${get} 200`])
    expect((await shell.type('1claw logout')).code).toBe(0)
  })

  it('waits when only one request in eight seconds is allowed', async () => {
    const busy = await mkdtemp(join(tmpdir(), '1claw-busy-'))
    const { cert, key } = await folder.forServer('busy', authority)
    const env = { ONECLAW_TLS_CERT: cert, ONECLAW_TLS_KEY: key, ONECLAW_RATE_LIMITS: 'on', ONECLAW_LIMIT_PUBLIC_AUTH: '0.125/1' }
    const strict = await startProgram(busy, env)
    try {
      const line = `${asAgent()} ONECLAW_API_URL=${strict.url} 1claw whoami --verbose`
      const [first, second] = [await shell.type(line), await shell.type(line)]
      expect([first, second].map(({ code }) => code)).toEqual([4, 4])
      expect(second.stderr).toMatch(/agent-token → 429.*agent-token → 401/s)
    } finally {
      await strict.stop()
      await rm(busy, { recursive: true, force: true })
    }
  })

  it.each([
    ['another certificate', () => `ONECLAW_CLIENT_CERT=${authority.cert} ONECLAW_CLIENT_KEY=${authority.key}`, 4, 'not accepted'],
    [
      'a file that is not there',
      () => 'ONECLAW_CLIENT_CERT=/no/such ONECLAW_CLIENT_KEY=/no/such',
      2,
      'cannot read the file /no/such (ENOENT)',
    ],
    [
      'the key of another',
      () => `ONECLAW_CLIENT_CERT=${mine.cert} ONECLAW_CLIENT_KEY=${authority.key}`,
      2,
      'not a certificate and its key',
    ],
    ['a certificate without a key', () => `ONECLAW_CLIENT_CERT=${mine.cert}`, 2, 'not a certificate and its key'],
    ['http', () => `ONECLAW_CLIENT_CERT=${mine.cert} ONECLAW_API_URL=http://127.0.0.1:1`, 2, 'requires https'],
  ])('is told what is wrong: %s', async (_, env, code, words) => {
    const outcome = await shell.type(`export ONECLAW_AGENT_ID=${agentId} ${env()}; 1claw secrets get db/url`)
    expect([outcome.code, outcome.stdout]).toEqual([code, ''])
    expect(outcome.stderr).toContain(words)
  })

  it('must give its id, and must trust the server', async () => {
    const nobody = await shell.type(`ONECLAW_CLIENT_CERT=${mine.cert} 1claw secrets get db/url`)
    expect([nobody.code, nobody.stderr]).toEqual([2, expect.stringContaining('hint: Set ONECLAW_AGENT_ID as well.')])
    const untrusted = await shell.type(`unset ONECLAW_CA_CERT; ${asAgent()} 1claw secrets get db/url`)
    expect([untrusted.code, untrusted.stderr]).toEqual([7, expect.stringContaining('ONECLAW_CA_CERT or NODE_EXTRA_CA_CERTS')])
    const junk = await shell.type(`ONECLAW_CA_CERT=${mine.key} ${asAgent()} 1claw secrets get db/url`)
    expect([junk.code, junk.stderr]).toEqual([2, expect.stringContaining('(ONECLAW_CA_CERT) is not a PEM certificate')])
  })
})
