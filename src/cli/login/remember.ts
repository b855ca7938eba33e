import { Problem } from '../../problem.ts'
import { changeNames, ownerOf } from '../completion/index-file.ts'
import type { Context } from '../context/context.ts'
import type { Stored } from '../context/credential.ts'
import { type Profile, type StoreKind, withProfile } from '../context/settings.ts'
import type { Target } from '../context/target.ts'
import { accountOf } from '../credentials/lookup.ts'
import { dropCaches } from '../session/cache/sealed-file.ts'

export interface Login {
  readonly stored: Stored
  readonly facts: Pick<Profile, 'email' | 'user_id' | 'org_id' | 'expires_at' | 'renewable'>
}

/** The server and profile that a login is for. */
export type Place = Pick<Target, 'profileName' | 'profile' | 'apiUrl'>

/** Stores a login: the credential in a store, the rest in the profile, which becomes the current one. Returns the place, for people. */
export async function remember(context: Context, target: Place, login: Login, wanted?: StoreKind): Promise<string> {
  // Values that were cached for another login of this profile must not be used for this one.
  await dropCaches(context, target.profileName, target.profile.credential_store)
  const account = accountOf(target.profileName, target.apiUrl)
  const { kind, place } = await keep(context, account, JSON.stringify(login.stored), wanted ?? target.profile.credential_store)
  const { email, user_id, org_id, expires_at, renewable } = login.facts
  const known = { api_url: target.apiUrl, credential_store: kind, email, user_id, org_id, expires_at, renewable }
  await context.settings.update(settings => ({
    ...withProfile(settings, target.profileName, known),
    current: target.profileName,
  }))
  return place
}

/** The keychain first; if there is none, the encrypted file. A requested or previously used store is not replaced silently. */
async function keep(
  context: Context,
  account: string,
  secret: string,
  kind?: StoreKind,
): Promise<{ kind: StoreKind; place: string }> {
  if (kind !== 'file') {
    const keychain = await context.credentials('keychain')
    const problem = await keychain.set(account, secret).catch((error: unknown) => error)
    if (problem === undefined) return { kind: 'keychain', place: keychain.place }
    if (kind === 'keychain' || !(problem instanceof Problem)) throw problem
    context.stderr.write(`${problem.message} The login is stored in an encrypted file instead.\n`)
  }
  const file = await context.credentials('file')
  await file.set(account, secret)
  return { kind: 'file', place: file.place }
}

/** Removes a profile's login from this machine; the profile stays. */
export async function forget(context: Context, profileName: string): Promise<void> {
  const { credential_store: kind, api_url } = context.settings.read().profiles[profileName] ?? {}
  if (kind && kind !== 'none' && api_url) await (await context.credentials(kind)).delete(accountOf(profileName, api_url))
  await dropCaches(context, profileName, kind)
  const nothing = {
    credential_store: undefined,
    email: undefined,
    user_id: undefined,
    org_id: undefined,
    expires_at: undefined,
    renewable: undefined,
  }
  await context.settings.update(settings => withProfile(settings, profileName, nothing))
  if (api_url) await changeNames(context.settings, ownerOf({ profileName, apiUrl: api_url }), () => undefined)
}
