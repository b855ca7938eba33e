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

export default class Whoami extends ClawCommand {
  static override description = 'Show who you are signed in as, on which server, and where the credential comes from.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(Whoami)
    const session = await this.session(flags)
    await this.printer(flags).one(await identityOf(session), IDENTITY)
  }
}
