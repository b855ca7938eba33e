import type { Client, Reply } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import type { Credential } from '../context/credential.ts'
import type { Target } from '../context/target.ts'
import { bytesOf } from '../context/terminal.ts'
import { secretInput } from '../input/secret-input.ts'
import { type Announce, announcer, type Screen } from './announce.ts'
import { awaitDevice, beginDevice, redeemDevice } from './device.ts'
import type { Login } from './remember.ts'
import { byWorkload, isOfWorkload, type WorkloadFlags } from './workload.ts'

interface Anonymous {
  readonly context: Context
  readonly client: Client
  readonly target: Target
}

interface SignInFlags extends WorkloadFlags {
  readonly browser: boolean
  readonly email?: string | undefined
  readonly 'password-stdin'?: boolean | undefined
  readonly 'api-key'?: string | undefined
  readonly 'allow-argv'?: boolean | undefined
}

/** Signs in by key, workload identity, password or browser, as the flags say; returns what to store. `ask`: it can prompt. */
export async function signIn(
  anonymous: Anonymous,
  flags: SignInFlags,
  ask: boolean,
  screen: () => Promise<Screen>,
): Promise<Login> {
  const { context, target } = anonymous
  if (flags['api-key'] !== undefined) {
    const word = flags['api-key']
    return byKey(anonymous, await secretInput(context, 'API key', { word, allowArgv: flags['allow-argv'], trim: true, ask }))
  }
  if (isOfWorkload(flags)) return byWorkload(context, target, flags, ask)
  if (flags.email === undefined) {
    return byDevice(anonymous, announcer(context, { browser: flags.browser && ask, screen: ask ? screen : undefined }))
  }
  return byPassword(anonymous, flags.email, await wordsOf(context, flags.email, flags['password-stdin'] === true, ask))
}

/** A password, and a way to get the code of a second factor if required. */
interface Words {
  readonly password: string
  code(): Promise<string>
}

async function wordsOf(context: Context, email: string, stdin: boolean, ask: boolean): Promise<Words> {
  if (stdin) {
    const [password = '', code] = (await bytesOf(context.stdin)).toString('utf8').split(/\r?\n/)
    return { password, code: async () => code || noCode() }
  }
  if (!ask)
    throw new Problem('usage', 'Cannot prompt for the password: no terminal is attached.', { hint: 'Add --password-stdin.' })
  const password = await context.prompts.hidden(`Password of ${email}`)
  return { password, code: () => context.prompts.text('Code of your authenticator, or a recovery code') }
}

function noCode(): never {
  throw new Problem('usage', 'This account has a second factor.', { hint: 'Pass its code on the second line of stdin.' })
}

async function byDevice({ context, client }: Anonymous, announce: Announce): Promise<Login> {
  const code = await beginDevice(client)
  const shown = await announce(code)
  try {
    const { token, expiresIn, facts } = await awaitDevice(client, context, code)
    return { stored: { kind: 'token', token }, facts: { ...present(facts), ...endOf(context, expiresIn), renewable: true } }
  } finally {
    shown.close()
  }
}

async function byPassword(anonymous: Anonymous, email: string, { password, code }: Words): Promise<Login> {
  const { context, client } = anonymous
  if (password === '') throw new Problem('usage', 'The password is empty.')
  const first = await client.call('auth.token', { body: { email, password } })
  const { access_token: token, expires_in } =
    first.mfa_required && first.mfa_token !== undefined
      ? await client.call('mfa.verify', { body: { mfa_token: first.mfa_token, code: (await code()).trim() } })
      : first
  const short = { kind: 'token', token, from: 'login' } as const
  const me = await account(anonymous, short)
  const long = await asLongAsByBrowser(anonymous, short, me.email)
  if (long)
    return { stored: { kind: 'token', token: long.token }, facts: { ...me, ...endOf(context, long.expiresIn), renewable: true } }
  return { stored: { kind: 'token', token }, facts: { ...me, ...endOf(context, expires_in) } }
}

/**
 * A token from a password lasts for minutes, one from a device login for a day. So after signing in here, the person also approves a device
 * login for this terminal. Undefined if the server does not allow that.
 */
async function asLongAsByBrowser({ context, client, target }: Anonymous, credential: Credential, email: string) {
  try {
    const code = await beginDevice(client, email)
    await context.connect({ baseUrl: target.apiUrl, credential }).call('device.approve', { body: { user_code: code.user_code } })
    return await redeemDevice(client, code)
  } catch (error) {
    if (error instanceof Problem && error.code !== 'cancelled') return undefined
    throw error
  }
}

/** The key itself is stored; the exchange only proves that it is valid. */
async function byKey(anonymous: Anonymous, apiKey: string): Promise<Login> {
  if (apiKey.startsWith('ocv_')) {
    const { agent_id: agentId } = await anonymous.client.call('auth.agent-token', { body: { api_key: apiKey } })
    const id = agentId === undefined ? {} : { agentId }
    return { stored: { kind: 'agent-key', apiKey, ...id }, facts: {} }
  }
  if (!apiKey.startsWith('1ck_')) {
    throw new Problem('usage', 'That is not an API key.', { hint: 'A personal key starts with 1ck_ and an agent key with ocv_.' })
  }
  const { access_token: token } = await anonymous.client.call('auth.api-key-token', { body: { api_key: apiKey } })
  return { stored: { kind: 'user-key', apiKey }, facts: await account(anonymous, { kind: 'token', token, from: 'login' }) }
}

async function account({ context, target }: Anonymous, credential: Credential) {
  const client = context.connect({ baseUrl: target.apiUrl, credential })
  const me: Reply<'account.me'> = await client.call('account.me')
  return { email: me.email, user_id: me.id, org_id: me.org_id }
}

function endOf(context: Context, seconds: number): { expires_at?: string } {
  return seconds > 0 ? { expires_at: new Date(context.now() + seconds * 1000).toISOString() } : {}
}

function present(facts: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(facts).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
