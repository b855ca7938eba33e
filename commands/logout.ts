import type { Credential } from '../src/cli/context/credential.ts'
import { DEFAULT_API_URL, targetOf } from '../src/cli/context/target.ts'
import { storedCredential } from '../src/cli/credentials/lookup.ts'
import { forget } from '../src/cli/login/remember.ts'
import { ClawCommand } from '../src/cli/oclif/command.ts'
import { Problem } from '../src/problem.ts'

export default class Logout extends ClawCommand {
  static override description =
    'Sign out. The token is revoked on the server and removed from this machine.\nA stored API key is only removed here; revoke it with `api-keys revoke`.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --profile work']

  async run(): Promise<void> {
    const { flags } = await this.parse(Logout)
    const { context } = this
    const printer = this.printer(flags)
    const { profileName, profile } = targetOf(context, flags)
    if (!profile.credential_store)
      return printer.did(`The profile ${profileName} is not signed in.`, { profile: profileName, signed_out: false })
    const token = tokenOf(await storedCredential(context, profileName, profile))
    const failure = token === undefined ? undefined : await this.revoke(token, profile.api_url)
    await forget(context, profileName)
    const facts = { profile: profileName, api_url: profile.api_url, signed_out: true }
    await printer.did(`Signed out of ${profile.api_url} (profile ${profileName}).`, facts)
    // A token that the server no longer knows needs no revocation. After any other failure the token still works.
    if (failure && !(failure instanceof Problem && failure.code === 'auth.required')) throw failure
  }

  private revoke(token: string, baseUrl = DEFAULT_API_URL): Promise<unknown> {
    const credential = { kind: 'token', token, from: 'logout' } as const
    const revoked = this.context.connect({ baseUrl, credential }).call('auth.revoke')
    return revoked.then(
      () => undefined,
      (error: unknown) => error,
    )
  }
}

function tokenOf(credential: Credential | undefined): string | undefined {
  if (credential?.kind === 'token') return credential.token
  return credential?.kind === 'workload' ? credential.held?.token : undefined
}
