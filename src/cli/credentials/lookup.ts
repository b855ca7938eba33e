import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import type { Credential, Stored } from '../context/credential.ts'
import type { Profile } from '../context/settings.ts'
import { sameOrigin, type Target } from '../context/target.ts'
import { textIn } from '../context/text-file.ts'

/** The name of a profile's entry in a credential store: a login is only used for the server that issued it. */
export function accountOf(profileName: string, apiUrl: string): string {
  return `${profileName}@${URL.parse(apiUrl)?.origin ?? apiUrl}`
}

/** The environment comes before a stored login; undefined if there is neither. */
export async function credentialOf(context: Context, target: Target): Promise<Credential | undefined> {
  const given = fromEnvironment(context.env)
  if (given) return given
  if (context.env['ONECLAW_CLIENT_CERT']) {
    throw new Problem('config.invalid', 'ONECLAW_CLIENT_CERT is set, but no agent is named.', {
      hint: 'Set ONECLAW_AGENT_ID as well.',
    })
  }
  const { profileName, profile, apiUrl } = target
  if (!profile.api_url || !sameOrigin(profile.api_url, apiUrl)) return undefined
  return storedCredential(context, profileName, profile)
}

/** A person's login that can be renewed. */
export type KeptLogin = Credential & { readonly kind: 'token'; readonly keptIn: string; readonly expiresAt: string }

/** A login of a day is renewed in its second half. */
const RENEW_BEFORE_MS = 12 * 3_600_000

/** Whether this use should renew the login. One that looks expired may only be the effect of a wrong clock. */
export function isDue(credential: Credential, now: number): credential is KeptLogin {
  if (credential.kind !== 'token' || credential.keptIn === undefined || credential.expiresAt === undefined) return false
  return Date.parse(credential.expiresAt) - now < RENEW_BEFORE_MS
}

/** The stored login of a profile, expired or not. */
export async function storedCredential(context: Context, profileName: string, profile: Profile): Promise<Credential | undefined> {
  const { credential_store: store, api_url, expires_at } = profile
  if (!store || store === 'none' || !api_url) return undefined
  const { get, place } = await context.credentials(store)
  const text = await get(accountOf(profileName, api_url))
  if (text === undefined) return undefined
  const stored = JSON.parse(text) as Stored
  if (stored.kind === 'token') {
    return { ...stored, from: place, expiresAt: expires_at, ...(profile.renewable && { keptIn: profileName }) }
  }
  if (stored.kind !== 'workload') return { ...stored, from: place }
  const { token, ...workload } = stored
  return { ...workload, from: place, held: { token, expiresAt: Date.parse(expires_at ?? '') }, keptIn: profileName }
}

/**
 * The credential in the environment, if any. A variable comes before the file in `<NAME>_FILE`.
 * @throws Problem `config.invalid` naming the variable whose content cannot be sent
 */
export function fromEnvironment(env: Context['env']): Credential | undefined {
  const { ONECLAW_AGENT_ID: agentId, ONECLAW_CLIENT_CERT: cert, ONECLAW_CLIENT_KEY: key } = env
  const token = given(env, 'ONECLAW_TOKEN')
  if (token) return { kind: 'token', token: token.text, ...token.origin }
  const agentKey = given(env, 'ONECLAW_AGENT_API_KEY')
  if (agentKey) return { kind: 'agent-key', apiKey: agentKey.text, agentId: agentId?.trim() || undefined, ...agentKey.origin }
  if (cert && agentId) {
    return { kind: 'workload', agentId, proof: { by: 'certificate', cert, key: key || cert }, from: 'ONECLAW_CLIENT_CERT' }
  }
  const apiKey = given(env, 'ONECLAW_API_KEY')
  return apiKey && { kind: 'user-key', apiKey: apiKey.text, ...apiKey.origin }
}

function given(env: Context['env'], name: string) {
  const file = env[`${name}_FILE`]
  const inline = env[name]?.trim()
  if (inline) return { text: sendable(inline, name), origin: { from: name } }
  if (!file) return undefined
  const read = () => {
    const text = textIn(file)?.trim()
    if (text) return sendable(text, `${name}_FILE (${file})`)
    throw new Problem('config.invalid', `${name}_FILE names ${file}, ${text === '' ? 'which is empty' : 'which does not exist'}.`)
  }
  return { text: read(), origin: { from: `${name}_FILE`, read } }
}

/** Mounted secrets end in a line break, which is removed by now; the rest must fit into a header. */
function sendable(text: string, where: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text
  throw new Problem('config.invalid', `${where} has a character that no key or token has, such as a blank or a line break.`)
}
