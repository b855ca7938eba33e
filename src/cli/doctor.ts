/**
 * The checks of `1claw doctor`. Each reports its result, what it means, and what to do; a check that cannot run because another failed is
 * left out.
 */
import { statSync } from 'node:fs'
import type { Client } from '../client/client.ts'
import type { HttpReply } from '../client/transport.ts'
import { LOOPBACK, proxiesOf } from '../client/transport-http.ts'
import { Problem } from '../problem.ts'
import type { Context } from './context/context.ts'
import type { Credential } from './context/credential.ts'
import { fitsNode } from './context/node-version.ts'
import type { Target } from './context/target.ts'
import { credentialOf } from './credentials/lookup.ts'
import { identityOf } from './session/identity.ts'
import { isReadable } from './session/plain-http.ts'
import { type Session, sessionOf } from './session/session.ts'

export type Verdict = 'ok' | 'warn' | 'fail'

export interface Check {
  readonly name: string
  readonly verdict: Verdict
  readonly detail: string
  /** What to do. */
  readonly advice?: string
}

/** The tolerated clock difference before tokens look expired or not yet valid: the server's own leeway. */
const SKEW_MS = 60_000

/** How long the server may take, without --timeout. */
const PATIENCE_MS = 10_000

export async function examine(context: Context, target: Target, timeoutMs = PATIENCE_MS): Promise<Check[]> {
  const around = [settingsCheck(context), ...(await keychainCheck(context, target)), ...proxyCheck(context, target.apiUrl)]
  const local = [nodeCheck(process.versions.node), ...around]
  const { reply, check } = await serverCheck(context, target, timeoutMs)
  if (!reply) return [...local, check]
  const transport = plainTextCheck(target.apiUrl)
  const clock = clockCheck(reply, context.now())
  return [...local, check, ...transport, ...clock, ...(await accountChecks(context, target))]
}

export function nodeCheck(version: string): Check {
  if (fitsNode(version)) return { name: 'node', verdict: 'ok', detail: `Node.js ${version}` }
  return { name: 'node', verdict: 'fail', detail: `Node.js ${version} is too old`, advice: 'Install Node.js 24.15 or later.' }
}

/** A user without a home has nowhere to keep a login, and may need none. */
function settingsCheck({ settings: { dir } }: Context): Check {
  if (dir !== undefined) return folderCheck(dir)
  const advice = 'Name a folder in ONECLAW_CONFIG_DIR, or give everything in the environment.'
  return { name: 'settings', verdict: 'warn', detail: 'this user has no home folder for settings', advice }
}

/** The folder holds the key of the encrypted credentials. */
export function folderCheck(dir: string): Check {
  const name = 'settings'
  const there = statSync(dir, { throwIfNoEntry: false })
  if (!there) return { name, verdict: 'ok', detail: `${dir} does not exist yet` }
  if (process.platform === 'win32') return { name, verdict: 'ok', detail: dir }
  const open = [dir, ...['config.json', 'credentials.json', 'credentials.key'].map(file => `${dir}/${file}`)].filter(path => {
    return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & (path === dir ? 0o022 : 0o077)) !== 0
  })
  if (open.length === 0) return { name, verdict: 'ok', detail: `${dir} is accessible only to you` }
  return {
    name,
    verdict: 'fail',
    detail: `other users can access ${open.join(', ')}`,
    advice: `Run: chmod go-rwx ${open.join(' ')}`,
  }
}

/** The proxy in use, without its credentials; nothing if there is none. */
function proxyCheck({ env }: Context, apiUrl: string): Check[] {
  const proxies = proxiesOf(env)
  const url = URL.parse(apiUrl)
  if (!url || Object.keys(proxies).length === 0) return []
  const named = url.protocol === 'https:' ? proxies['HTTPS_PROXY'] : proxies['HTTP_PROXY']
  const name = 'proxy'
  if (named === undefined || LOOPBACK.test(url.hostname)) return [{ name, verdict: 'ok', detail: `none for ${apiUrl}` }]
  const proxy = URL.parse(named.includes('://') ? named : `http://${named}`)
  if (!proxy || !/^https?:$/.test(proxy.protocol)) {
    return [
      { name, verdict: 'fail', detail: 'the proxy is not an http or https URL', advice: 'Correct HTTPS_PROXY or ALL_PROXY.' },
    ]
  }
  const except = proxies['NO_PROXY'] ? `, except for ${proxies['NO_PROXY']}` : ''
  return [
    { name, verdict: 'ok', detail: `requests go through ${proxy.origin}${proxy.username ? ' with credentials' : ''}${except}` },
  ]
}

/** Checked only if it stores a login, or none is stored anywhere yet: a keychain may ask a person to unlock it. */
async function keychainCheck(context: Context, { profile }: Target): Promise<Check[]> {
  if (profile.credential_store && profile.credential_store !== 'keychain') return []
  try {
    await (await context.credentials('keychain')).get('doctor')
    return [{ name: 'keychain', verdict: 'ok', detail: 'the OS keychain answers' }]
  } catch (error) {
    const verdict = profile.credential_store === 'keychain' ? 'fail' : 'warn'
    const advice = 'Logins are stored in an encrypted file instead. --credential-store file selects it directly.'
    return [{ name: 'keychain', verdict, detail: messageOf(error), advice }]
  }
}

async function serverCheck(
  context: Context,
  { apiUrl }: Target,
  timeoutMs: number,
): Promise<{ reply?: HttpReply; check: Check }> {
  const name = 'server'
  try {
    const client: Client = context.connect({ baseUrl: apiUrl, timeoutMs })
    const reply = await client.raw({ method: 'GET', path: '/v1/health' })
    const health = JSON.parse(reply.body) as { status?: string; version?: string; type?: string }
    if (health.type === 'server_sealed') return { check: await sealCheck(client, apiUrl) }
    if (reply.status === 200 && health.status === 'healthy') {
      return { reply, check: { name, verdict: 'ok', detail: `${apiUrl} is healthy (version ${health.version})` } }
    }
    const detail = `${apiUrl} is unhealthy: ${await illParts(client)}`
    return { reply, check: { name, verdict: 'warn', detail, advice: 'See the log of the server.' } }
  } catch (error) {
    const detail = error instanceof Problem ? error.message : `${apiUrl} does not respond like a 1claw server`
    return { check: { name, verdict: 'fail', detail, advice: 'Start it with `1claw serve`, or check --api-url.' } }
  }
}

/** Until the server is unsealed, nothing else can be checked. */
async function sealCheck(client: Client, apiUrl: string): Promise<Check> {
  const { kind, given, threshold } = await client.call('seal.status')
  const shares = kind === 'shares' ? `; ${given} of ${threshold} shares are given` : ''
  return {
    name: 'server',
    verdict: 'fail',
    detail: `${apiUrl} is sealed${shares}`,
    advice: 'Unseal it with `1claw keys unseal`.',
  }
}

/** In the words of `/readyz`. */
async function illParts(client: Client): Promise<string> {
  const { body } = await client.raw({ method: 'GET', path: '/readyz' })
  const { detail } = JSON.parse(body) as { detail?: string }
  return detail?.replace(/^Not ready: |\.$/g, '') ?? 'it has just recovered'
}

function plainTextCheck(apiUrl: string): Check[] {
  if (!isReadable(apiUrl)) return []
  const detail = `${apiUrl} is not encrypted: anyone on the network can read your secrets`
  return [{ name: 'transport', verdict: 'warn', detail, advice: 'Use an https URL.' }]
}

/** `Date` has whole seconds, and the reply took time: a second or two is not a finding. */
export function clockCheck(reply: HttpReply, now: number): Check[] {
  const served = Date.parse(reply.headers['date'] ?? '')
  if (Number.isNaN(served)) return []
  const off = Math.round((now - served) / 1000)
  if (Math.abs(now - served) <= SKEW_MS) return [{ name: 'clock', verdict: 'ok', detail: `${Math.abs(off)} s from the server's` }]
  const detail = `this clock is ${Math.abs(off)} s ${off > 0 ? 'ahead of' : 'behind'} the server's`
  return [{ name: 'clock', verdict: 'fail', detail, advice: 'Set the clock, or valid tokens look expired.' }]
}

async function accountChecks(context: Context, target: Target): Promise<Check[]> {
  const name = 'login'
  try {
    const credential = await credentialOf(context, target)
    if (!credential) return [{ name, verdict: 'fail', detail: 'not signed in', advice: 'Run `1claw login`.' }]
    const session = sessionOf(context, target, {}, credential)
    const identity = await identityOf(session)
    const detail = `${identity.type} ${identity.name}; the credential is from ${credential.from}${endOf(credential)}`
    return [{ name, verdict: 'ok', detail }, await vaultCheck(session, target)]
  } catch (error) {
    return [{ name, verdict: 'fail', detail: messageOf(error), advice: 'Run `1claw login`.' }]
  }
}

function endOf(credential: Credential): string {
  return credential.kind === 'token' && credential.expiresAt ? `, valid until ${credential.expiresAt}` : ''
}

async function vaultCheck(session: Session, { vault, vaultFrom }: Target): Promise<Check> {
  const name = 'vault'
  if (vault === undefined) {
    return { name, verdict: 'warn', detail: 'none is selected', advice: 'Select one with `1claw vaults use <name>`.' }
  }
  try {
    const { name: title } = await session.client.call('vaults.get', { params: { vault_id: await session.vaultId() } })
    return { name, verdict: 'ok', detail: `${title} (from the ${vaultFrom})` }
  } catch (error) {
    return {
      name,
      verdict: 'fail',
      detail: `${vault} (from the ${vaultFrom}): ${messageOf(error)}`,
      advice: 'See `1claw vaults list`.',
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Problem ? error.message : 'it failed unexpectedly'
}
