import { ClawCommand } from '../src/cli/oclif/command.ts'
import { moment } from '../src/cli/output/moment.ts'
import type { View } from '../src/cli/output/view.ts'
import { type Identity, identityOf } from '../src/cli/session/identity.ts'

const IDENTITY: View<Identity> = {
  columns: {
    who: me => me.name,
    type: me => me.type,
    id: me => me.id,
    organisation: me => me.org_id,
    server: me => me.api_url,
    profile: me => me.profile,
    credential: me => me.credential,
    expires: me => moment(me.expires_at),
  },
  name: me => me.name,
}

const WITH_RIGHTS: View<Identity> = {
  ...IDENTITY,
  columns: {
    ...IDENTITY.columns,
    role: me => me.rights?.role,
    'confined to paths': me => me.rights?.scopes,
    'signs transactions': me => me.rights?.signs_transactions,
    'sees vaults': me => me.rights?.vaults,
  },
}

export default class Whoami extends ClawCommand {
  static override description =
    'Show who you are signed in as, on which server, and where the credential comes from.\nWith --verbose, also shows your role, the limits of an agent, and the vaults that you can see.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --verbose',
    '<%= config.bin %> <%= command.id %> --json',
  ]

  async run(): Promise<void> {
    const { flags } = await this.parse(Whoami)
    const session = await this.session(flags)
    const rights = flags.verbose === true
    await this.printer(flags).one(await identityOf(session, { rights }), rights ? WITH_RIGHTS : IDENTITY)
  }
}
