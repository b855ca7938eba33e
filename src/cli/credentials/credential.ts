import { Problem } from '../../problem.ts'
import type { Context } from '../context.ts'
import { DEFAULT_API_URL, sameOrigin, type Target } from '../target.ts'

/** What a run presents to the server. */
export type Credential =
  | { readonly kind: 'token'; readonly token: string; readonly from: string }
  | { readonly kind: 'user-key'; readonly apiKey: string; readonly from: string }
  | { readonly kind: 'agent-key'; readonly apiKey: string; readonly agentId?: string | undefined; readonly from: string }

/** What a login leaves in the credential store, as JSON. */
export type Stored =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'user-key'; readonly apiKey: string }
  | { readonly kind: 'agent-key'; readonly apiKey: string; readonly agentId?: string }

/** The name of a profile's entry in a credential store: a login counts for the server that gave it, and no other. */
export function accountOf(profileName: string, apiUrl: string): string {
  return `${profileName}@${URL.parse(apiUrl)?.origin ?? apiUrl}`
}

/** Environment before stored login; nothing when there is neither. */
export async function credentialOf(context: Context, target: Target): Promise<Credential | undefined> {
  const given = fromEnvironment(context.env)
  if (given) {
    refuseStrangeServer(target)
    return given
  }
  const { credential_store: store, api_url, expires_at } = target.profile
  if (!store || store === 'none' || !api_url || !sameOrigin(api_url, target.apiUrl)) return undefined
  if (expires_at !== undefined && Date.parse(expires_at) <= context.now()) {
    throw new Problem('auth.required', 'Your login has expired. Run `1claw login` again.')
  }
  const { get, place } = await context.credentials(store)
  const text = await get(accountOf(target.profileName, api_url))
  return text === undefined ? undefined : { ...(JSON.parse(text) as Stored), from: place }
}

function fromEnvironment(env: Context['env']): Credential | undefined {
  const { ONECLAW_TOKEN: token, ONECLAW_AGENT_API_KEY: agentKey, ONECLAW_AGENT_ID: agentId, ONECLAW_API_KEY: apiKey } = env
  if (token) return { kind: 'token', token, from: 'ONECLAW_TOKEN' }
  if (agentKey) return { kind: 'agent-key', apiKey: agentKey, agentId: agentId || undefined, from: 'ONECLAW_AGENT_API_KEY' }
  if (apiKey) return { kind: 'user-key', apiKey, from: 'ONECLAW_API_KEY' }
  return undefined
}

/**
 * A cloned repository may hold any `.1claw.json`. If it could name the server, entering its folder would be enough to send a token
 * from the environment to a stranger.
 */
function refuseStrangeServer(target: Target): void {
  if (target.apiUrlFrom !== 'project file') return
  if (sameOrigin(target.apiUrl, target.profile.api_url ?? DEFAULT_API_URL)) return
  throw new Problem('config.invalid', `${target.projectFile} names a server you have not chosen yourself: ${target.apiUrl}.`, {
    hint: `If you trust it, say so: export ONECLAW_API_URL=${target.apiUrl}`,
  })
}
