import { Flags } from '@oclif/core'
import { ClawCommand } from '../src/cli/command.ts'
import { remember } from '../src/cli/login/remember.ts'
import { withProfile } from '../src/cli/settings.ts'

export default class Serve extends ClawCommand {
  static override description =
    'Run the API server.\nIts settings are environment variables (ONECLAW_DATABASE_URL, ONECLAW_KEYSTORE, …); see the manual. SIGTERM drains and ends it.'
  static override examples = [
    {
      command: '<%= config.bin %> <%= command.id %> --dev',
      description: 'Try it out: a server on this machine, and you signed in to it:',
    },
    '<%= config.bin %> <%= command.id %> --host 0.0.0.0 --data-dir /var/lib/1claw',
  ]
  static override flags = {
    host: Flags.string({ helpValue: '<address>', description: 'Address to listen on (127.0.0.1).' }),
    port: Flags.integer({ min: 0, max: 65535, helpValue: '<n>', description: 'Port to listen on (8271); 0 takes a free one.' }),
    'data-dir': Flags.string({ helpValue: '<folder>', description: 'Folder of the database and keys.' }),
    dev: Flags.boolean({ description: 'For development: loopback, SQLite, software keys, a `dev` profile that is signed in.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Serve)
    const { host, port, dev, 'data-dir': dataDir } = flags
    const { serve } = await import('../server/main.ts')
    const given = {
      ...(host !== undefined && { host }),
      ...(port !== undefined && { port }),
      ...(dataDir !== undefined && { dataDir }),
    }
    const code = await serve({ ...given, ...(dev && { dev }) }, { ready: ({ url, dev: session }) => this.ready(url, session) })
    this.context.exitWith(code)
  }

  private async ready(url: string, session?: DevLogin): Promise<void> {
    if (session) await this.signIn(session)
    this.context.stdout.write(`1claw is listening on ${url}\n`)
  }

  /** `--dev` signs the profile `dev` in, so that the next command works. */
  private async signIn({ url, token, email, userId, orgId, expiresAt, vaultId }: DevLogin): Promise<void> {
    const { context } = this
    const target = { profileName: 'dev', profile: {}, apiUrl: url }
    const facts = { email, user_id: userId, org_id: orgId, expires_at: expiresAt }
    await remember(context, target, { stored: { kind: 'token', token }, facts }, 'file')
    await context.settings.update(settings => withProfile(settings, 'dev', { vault: vaultId }))
  }
}

interface DevLogin {
  readonly url: string
  readonly token: string
  readonly email: string
  readonly userId: string
  readonly orgId: string
  readonly expiresAt: string
  readonly vaultId: string
}
