import { Flags } from '@oclif/core'
import { STORE_KINDS } from '../src/cli/context/settings.ts'
import { fromEnvironment } from '../src/cli/credentials/lookup.ts'
import { remember, type Login as SignedIn } from '../src/cli/login/remember.ts'
import { signIn } from '../src/cli/login/sign-in.ts'
import { workloadFlags } from '../src/cli/login/workload-flags.ts'
import { ClawCommand } from '../src/cli/oclif/command.ts'
import { handOver } from '../src/cli/output/one-time.ts'
import { openAnonymous } from '../src/cli/session/session.ts'

export default class Login extends ClawCommand {
  static override description =
    'Sign in by approving in a browser, with a password, or with an API key.\nA CI job or another workload can sign in as an agent with the OIDC token of its platform (--oidc) or with a client certificate, so it stores no 1claw key. Its token is renewed in the same way.\nThe credential is stored in the OS keychain, or in an encrypted file if there is no keychain.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --api-url https://claw.example.com --no-browser',
    '<%= config.bin %> <%= command.id %> --email me@example.com',
    '<%= config.bin %> <%= command.id %> --api-key - < key.txt',
    '<%= config.bin %> <%= command.id %> --oidc --agent-id ec7e0226-30f0-4dda-b169-f060a3502603',
    '<%= config.bin %> <%= command.id %> --oidc --oidc-token @/var/run/secrets/tokens/1claw --agent-id ec7e0226-30f0-4dda-b169-f060a3502603',
    '<%= config.bin %> <%= command.id %> --client-cert agent.crt --client-key agent.key --agent-id ec7e0226-30f0-4dda-b169-f060a3502603',
  ]
  static override flags = {
    browser: Flags.boolean({ allowNo: true, default: true, description: 'Open the approval page in a browser.' }),
    email: Flags.string({
      helpValue: '<address>',
      exclusive: ['api-key'],
      description: 'Sign in with this e-mail address and a password.',
    }),
    'password-stdin': Flags.boolean({
      dependsOn: ['email'],
      description: 'Read the password from the first line of stdin, and the second-factor code from the second.',
    }),
    'api-key': Flags.string({
      helpValue: '-|@file',
      description: 'Store an API key (1ck_… or ocv_…), read from stdin or a file.',
    }),
    'allow-argv': Flags.boolean({
      dependsOn: ['api-key'],
      description: 'Accept the key as an argument, where other users can see it.',
    }),
    ...workloadFlags,
    'credential-store': Flags.option({
      options: STORE_KINDS,
      description: 'Where to store the credential. `none` prints it instead.',
    })(),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Login)
    const { context } = this
    const anonymous = { context, ...openAnonymous(context, flags) }
    const screen = async () => (await import('../src/views/device-login.tsx')).showDeviceLogin
    const login = await signIn(anonymous, flags, this.canAsk(flags), screen)
    const store = flags['credential-store']
    if (store === 'none') {
      const secret = 'token' in login.stored ? login.stored.token : login.stored.apiKey
      // The runner of a job does not mask a token that is created in the job.
      context.stderr.write((await import('../src/cli/context/ci-masks.ts')).maskCommands(context.env, [secret]))
      return handOver(context, flags, {
        what: 'credential, which is not stored',
        secret,
        answer: { credential: secret, ...login.facts },
      })
    }
    const place = await remember(context, anonymous.target, login, store)
    const { did, note } = this.printer(flags)
    const { apiUrl, profileName } = anonymous.target
    const facts = { profile: profileName, api_url: apiUrl, ...login.facts, stored_in: place }
    await did(`Signed in to ${apiUrl} as ${nameOf(login)}. The credential is in ${place}.`, facts)
    const end = endOf(login)
    if (end) note(end)
    const given = fromEnvironment(context.env)
    if (given) note(`${given.from} is set and takes precedence over this login.`)
  }
}

/** The expiry to show. None for an API key, which lasts until it is revoked, nor for a workload, which renews its own login. */
function endOf({ stored, facts: { expires_at: end, renewable } }: SignedIn): string | undefined {
  if (stored.kind !== 'token' || end === undefined) return undefined
  const until = `It lasts until ${end}`
  return renewable ? `${until}, and is renewed while you use it, for 7 days at most.` : `${until}. Then sign in again.`
}

function nameOf({ stored, facts }: SignedIn): string {
  const agent = 'agentId' in stored ? `the agent ${stored.agentId}` : 'an agent'
  return facts.email ?? agent
}
