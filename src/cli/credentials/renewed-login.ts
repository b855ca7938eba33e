import type { Client } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import type { Credential, Stored } from '../context/credential.ts'
import { withProfile } from '../context/settings.ts'
import { accountOf, type KeptLogin } from './lookup.ts'

/**
 * The login with a new token, which the profile stores from now on. If it cannot be renewed or stored, it is used unchanged: the server
 * then decides whether it is still valid.
 */
export async function renewedLogin(context: Context, login: KeptLogin, client: Client): Promise<Credential> {
  try {
    const { access_token: token, expires_in } = await client.call('device.renew')
    const expiresAt = new Date(context.now() + expires_in * 1000).toISOString()
    await keep(context, login.keptIn, { kind: 'token', token }, expiresAt)
    return { ...login, token, expiresAt }
  } catch (error) {
    if (error instanceof Problem || (error instanceof Error && 'syscall' in error)) return login
    throw error
  }
}

async function keep(context: Context, profileName: string, stored: Stored, expires_at: string): Promise<void> {
  const { credential_store: kind, api_url } = context.settings.read().profiles[profileName] ?? {}
  if (!kind || kind === 'none' || !api_url) return
  await (await context.credentials(kind)).set(accountOf(profileName, api_url), JSON.stringify(stored))
  await context.settings.update(settings => withProfile(settings, profileName, { expires_at }))
}
