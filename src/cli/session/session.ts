import type { Call, Client, Exchange, OperationId } from '../../client/client.ts'
import { ensureHttpUrl } from '../../client/request-url.ts'
import { ROUTES } from '../../client/routes.ts'
import { Problem } from '../../problem.ts'
import type { CmekKeys } from '../../sdk/cmek-values.ts'
import { deciphering } from '../../sdk/deciphering.ts'
import { fs } from '../context/builtins.ts'
import type { Context } from '../context/context.ts'
import type { Credential } from '../context/credential.ts'
import { DEFAULT_API_URL, sameOrigin, type Target, type TargetFlags, targetOf } from '../context/target.ts'
import type { CmekFlags } from '../credentials/cmek-keys.ts'
import { credentialOf, isDue } from '../credentials/lookup.ts'
import type { CacheFlags } from '../flags/value-flags.ts'
import { milliseconds } from '../input/duration.ts'
import { vaultIdOf } from '../input/vault.ts'
import { lazyPayer } from '../payment/lazy-payer.ts'
import type { PaymentFlags } from '../payment/payer.ts'
import type { SignedIn } from './signed-in.ts'

export interface SessionFlags extends TargetFlags, CmekFlags, PaymentFlags, CacheFlags {
  /** Seconds, or with a unit: `30s`, `2m`. */
  readonly timeout?: string | undefined
  readonly verbose?: boolean | undefined
  readonly quiet?: boolean | undefined
}

/** A signed-in run: its server and its identity. */
export interface Session extends SignedIn {
  readonly target: Target
  /** The id of the vault of this run. Throws `usage` if none is named anywhere. */
  vaultId(): Promise<string>
}

/**
 * @param tell writes to stderr before there is a result
 * @throws Problem `auth.required` if there is no credential for the target
 */
export async function openSession(
  context: Context,
  flags: SessionFlags,
  tell: (text: string) => void = text => context.stderr.write(text),
): Promise<Session> {
  const target = trustedTarget(context, flags)
  const credential = await credentialOf(context, target)
  if (!credential) throw (await import('./not-signed-in.ts')).notSignedIn(target, context.settings.read().profiles)
  const current = flags.offline ? credential : await inUse(context, target, flags, credential)
  return sessionOf(context, target, flags, current, await cacheOf(context, target, flags, current, tell))
}

type Around = (client: Client) => Client

/** Loaded only with a cache: there is none by default, and every read passes through here. */
async function cacheOf(
  context: Context,
  target: Target,
  flags: SessionFlags,
  credential: Credential,
  tell: (text: string) => void,
): Promise<Around | undefined> {
  const isWanted = flags.offline || flags['prefer-offline'] || flags['cache-max-age'] !== undefined
  if (!isWanted && target.profile.cache === undefined) return undefined
  const { cached } = await import('./cache/open.ts')
  return cached(context, target, flags, credential, tell)
}

/** A person's login is renewed while it is used. */
async function inUse(context: Context, target: Target, flags: SessionFlags, credential: Credential): Promise<Credential> {
  if (!isDue(credential, context.now())) return credential
  const { renewedLogin } = await import('../credentials/renewed-login.ts')
  return renewedLogin(context, credential, connect(context, target, flags, credential))
}

export function sessionOf(
  context: Context,
  target: Target,
  flags: SessionFlags,
  credential: Credential,
  around: Around = client => client,
): Session {
  const asked = around(heeding(context, target, credential, connect(context, target, flags, credential)))
  const connected = tellingWhose(context, flags, target, explaining(asked, credential, context, target))
  const call = learning(
    context,
    target,
    deciphering(connected.call, () => cmekKeysOf(context, target, flags), KEY_HINT),
  )
  const client = { ...connected, call }
  return { target, credential, client, vaultId: () => vaultIdOf(client, target.vault ?? missingVault()) }
}

/** Replies with names. */
const NAMING = ['vaults.list', 'agents.list', 'secrets.list', 'secrets.put', 'secrets.delete']

/**
 * Calls that remember the names they see, for completion, on machines with a login. The code for it is loaded only when there is something
 * to remember, because every read passes through here.
 */
function learning(context: Context, target: Target, call: Call): Call {
  const { profile } = target
  if (!profile.credential_store || profile.credential_store === 'none') return call
  const through = call as (id: string, input?: unknown, options?: unknown) => Promise<unknown>
  const wrapped = async (id: string, input?: unknown, options?: unknown): Promise<unknown> => {
    const answer = await through(id, input, options)
    if (NAMING.includes(id)) await (await import('../completion/remembered-names.ts')).learn(context, target, id, input, answer)
    return answer
  }
  return wrapped as Call
}

const KEY_HINT = 'Give the key with --cmek-key-file or ONECLAW_CMEK_KEY_FILE.'

/** Loaded only if a vault has a customer key. */
async function cmekKeysOf(context: Context, target: Target, flags: SessionFlags): Promise<CmekKeys> {
  return (await import('../credentials/cmek-keys.ts')).cmekKeys(context, target, flags)
}

/** Whether a token has expired according to the local clock, which can be wrong: it is only mentioned after a refusal by the server. */
function isOver(credential: Credential, now: number): boolean {
  return credential.kind === 'token' && credential.expiresAt !== undefined && Date.parse(credential.expiresAt) <= now
}

/** A client whose refusals name the missing permission and path, and the command that an owner can run. */
function explaining(client: Client, credential: Credential, context: Context, target: Target): Client {
  const suggested = suggesting(client, context, target)
  const call: Call = async (id, ...args) => {
    try {
      return await suggested.call(id, ...args)
    } catch (error) {
      if (error instanceof Problem && error.code === 'auth.required' && isOver(credential, context.now())) {
        throw new Problem('auth.required', 'Your login has expired. Run `1claw login` again.', { cause: error })
      }
      if (!(error instanceof Problem)) throw error
      const { explained, refused } = await import('./denial.ts')
      if (error.code !== 'policy.denied') throw refused(error, credential)
      throw await explained(error, client, credential, id, args[0])
    }
  }
  return { ...client, call }
}

/** A client whose errors suggest the probably intended name. */
function suggesting(client: Client, context: Context, target: Target): Client {
  const call: Call = async (id, ...args) => {
    try {
      return await client.call(id, ...args)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'resource.unknown') throw error
      throw await withNear(error, client, context, target, args[0])
    }
  }
  return { ...client, call }
}

/** The error for a path or chain that does not exist, with the one that was probably meant, if this machine has seen it. */
async function withNear(
  problem: Problem,
  client: Client,
  context: Context,
  target: Target,
  input: object = {},
): Promise<Problem> {
  const [{ withNearPath }, { withNearChain }] = await Promise.all([
    import('../completion/near-path.ts'),
    import('../intents/near-chain.ts'),
  ])
  return withNearPath(await withNearChain(problem, client, input), context, target, input)
}

/** The part of the cache that removes values after a refusal. */
const READS: readonly OperationId[] = ['vaults.list', 'secrets.list', 'secrets.get', 'secrets.version', 'secrets.read-many']

/** A client whose replies remove outdated entries from the cache of this machine, if there is one. */
function heeding(context: Context, target: Target, credential: Credential, client: Client): Client {
  const { dir } = context.settings
  const invalidate = async (input: object = {}, problem?: Problem) => {
    if (dir === undefined || !fs.existsSync(`${dir}/cache`)) return
    await (await import('./cache/invalidation.ts')).invalidate(context, target, credential, input, problem)
  }
  const call: Call = async (id, ...args) => {
    try {
      const answer = await client.call(id, ...args)
      if (id === 'vaults.delete' || (writesToVault(id) && ROUTES[id][1].includes('{path}'))) await invalidate(args[0])
      return answer
    } catch (error) {
      if (error instanceof Problem && isRefusal(id, error)) await invalidate(args[0], error)
      throw error
    }
  }
  return { ...client, call }
}

function isRefusal(id: OperationId, { code }: Problem): boolean {
  if (code === 'auth.required' || code === 'auth.failed') return true
  return READS.includes(id) && (code === 'policy.denied' || code === 'resource.unknown' || code === 'resource.gone')
}

/** Reads that do not use GET. */
const ASKING: readonly OperationId[] = ['secrets.read-many', 'policies.explain']

/** A client that names the `.1claw.json` which chose the vault, once, before the first change in that vault. */
function tellingWhose(context: Context, { quiet }: SessionFlags, { vaultFrom, projectFile }: Target, client: Client): Client {
  if (quiet || vaultFrom !== 'project file') return client
  let told = false
  const call: Call = (id, ...args) => {
    if (!told && writesToVault(id)) {
      told = true
      context.stderr.write(`note: ${projectFile} chose the vault.\n`)
    }
    return client.call(id, ...args)
  }
  return { ...client, call }
}

function writesToVault(id: OperationId): boolean {
  const [method, path] = ROUTES[id]
  return method !== 'GET' && path.includes('{vault_id}') && !ASKING.includes(id)
}

/** A client without credentials, for sign-in. */
export function openAnonymous(context: Context, flags: SessionFlags): { target: Target; client: Client } {
  const target = trustedTarget(context, flags)
  const client = suggesting(connect(context, target, flags), context, target)
  return { target, client: { ...client, call: deciphering(client.call, () => cmekKeysOf(context, target, flags), KEY_HINT) } }
}

/**
 * A cloned repository can contain any `.1claw.json`. If it could name the server, working in its folder would be enough to send a key or a
 * password to a stranger.
 */
function trustedTarget(context: Context, flags: SessionFlags): Target {
  const target = targetOf(context, flags)
  const { apiUrl, apiUrlFrom, profile, projectFile } = target
  ensureHttpUrl(apiUrl)
  if (apiUrlFrom !== 'project file' || sameOrigin(apiUrl, profile.api_url ?? DEFAULT_API_URL)) return target
  throw new Problem('config.invalid', `${projectFile} names a server that you did not choose: ${apiUrl}.`, {
    // Only an address that every shell takes as it is: the line is made to be pasted. `shellWord` would be one more file for every read.
    hint: `If you trust it, run: 1claw login --api-url ${/^[\w.:/-]+$/.test(apiUrl) ? apiUrl : '<url>'}`,
  })
}

function connect(context: Context, target: Target, flags: SessionFlags, credential?: Credential): Client {
  const reach = {
    baseUrl: target.apiUrl,
    credential,
    ...(flags.timeout !== undefined && { timeoutMs: Math.min(milliseconds(flags.timeout), TIMER_MAX_MS) }),
    ...(flags.verbose && { observe: (exchange: Exchange) => context.stderr.write(`${lineOf(exchange)}\n`) }),
  }
  const signedIn = credential && (() => ({ credential, client: context.connect(reach) }))
  return context.connect({ ...reach, payer: lazyPayer(context, flags, signedIn) })
}

/** Timers count milliseconds in 31 bits. */
const TIMER_MAX_MS = 2 ** 31 - 1

function lineOf({ method, path, status, ms, requestId }: Exchange): string {
  const answer = status === 0 ? 'no answer' : String(status)
  return `${method} ${path} → ${answer} (${ms} ms)${requestId ? ` request ${requestId}` : ''}`
}

function missingVault(): never {
  throw new Problem('usage', 'No vault given.', {
    hint: 'Pass --vault <name or id>, or select one with `1claw vaults use <name>`.',
  })
}
