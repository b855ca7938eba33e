import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import type { Credential, Stored } from '../context/credential.ts'
import type { Profile } from '../context/settings.ts'
import { sameOrigin, type Target } from '../context/target.ts'

/** The name of a profile's entry in a credential store: a login counts for the server that gave it, and no other. */
export function accountOf(profileName: string, apiUrl: string): string {
  return `${profileName}@${URL.parse(apiUrl)?.origin ?? apiUrl}`
}

/** Environment before stored login; nothing when there is neither. */
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
  const expired = isExpired(profile, context.now())
  if (expired && !profile.renewable) throw new Problem('auth.required', 'Your login has expired. Run `1claw login` again.')
  return storedCredential(context, profileName, profile)
}

export function isExpired({ expires_at }: Profile, now: number): boolean {
  return expires_at !== undefined && Date.parse(expires_at) <= now
}

/** The login that a profile keeps, expired or not. */
export async function storedCredential(context: Context, profileName: string, profile: Profile): Promise<Credential | undefined> {
  const { credential_store: store, api_url, expires_at } = profile
  if (!store || store === 'none' || !api_url) return undefined
  const { get, place } = await context.credentials(store)
  const text = await get(accountOf(profileName, api_url))
  if (text === undefined) return undefined
  const stored = JSON.parse(text) as Stored
  if (stored.kind === 'token') return { ...stored, from: place, expiresAt: expires_at }
  if (stored.kind !== 'workload') return { ...stored, from: place }
  const { token, ...workload } = stored
  return { ...workload, from: place, held: { token, expiresAt: Date.parse(expires_at ?? '') }, keptIn: profileName }
}

/** The credential that the environment gives, if any. */
export function fromEnvironment(env: Context['env']): Credential | undefined {
  const { ONECLAW_TOKEN: token, ONECLAW_AGENT_API_KEY: agentKey, ONECLAW_AGENT_ID: agentId, ONECLAW_API_KEY: apiKey } = env
  const { ONECLAW_CLIENT_CERT: cert, ONECLAW_CLIENT_KEY: key } = env
  if (token) return { kind: 'token', token, from: 'ONECLAW_TOKEN' }
  if (agentKey) return { kind: 'agent-key', apiKey: agentKey, agentId: agentId || undefined, from: 'ONECLAW_AGENT_API_KEY' }
  if (cert && agentId) {
    return { kind: 'workload', agentId, proof: { by: 'certificate', cert, key: key || cert }, from: 'ONECLAW_CLIENT_CERT' }
  }
  if (apiKey) return { kind: 'user-key', apiKey, from: 'ONECLAW_API_KEY' }
  return undefined
}
