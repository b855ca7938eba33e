import { Flags } from '@oclif/core'
import { ensureServerPackages } from '../../src/cli/fast-path/server-packages.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { ID } from '../../src/cli/output/views/resources.ts'
import { linesOfStdin, newPassword } from '../../src/cli/people/credentials.ts'
import { Problem } from '../../src/problem.ts'

export default class AdminBootstrap extends ClawCommand {
  static override description =
    'Create the first administrator. Run this on the server itself; it does not use the network.\nIt uses the settings of `serve`: the same data folder or ONECLAW_DATABASE_URL. With SQLite, stop the server first. It prompts for the e-mail address and the password, or reads them from stdin, one on each line.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --data-dir /var/lib/1claw',
    'printf \'%s\\n%s\\n\' "$EMAIL" "$PASSWORD" | <%= config.bin %> <%= command.id %>',
  ]
  static override flags = {
    'data-dir': Flags.string({ helpValue: '<folder>', description: 'Folder of the database and keys.' }),
    email: Flags.string({
      helpValue: '<address>',
      description: 'E-mail address of the administrator. Stdin then holds only the password.',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AdminBootstrap)
    const dataDir = flags['data-dir']
    ensureServerPackages(this.context.env)
    const { openBootstrap } = await import('../../server/start/bootstrap.ts')
    const bootstrap = await openBootstrap(dataDir === undefined ? {} : { dataDir })
    try {
      const admin = await this.admin(flags.email, this.canAsk(flags))
      const { id, email } = await bootstrap.create(admin)
      await this.printer(flags).done(`${email} is the administrator of this server. Sign in with \`1claw login\`.`, { id }, ID)
    } finally {
      await bootstrap.close()
    }
  }

  private async admin(given: string | undefined, ask: boolean): Promise<{ email: string; password: string }> {
    const { context } = this
    if (ask) {
      const email = given ?? (await context.prompts.text('E-mail address'))
      return { email, password: await newPassword(context, 'Password') }
    }
    if (context.stdin.isTTY)
      throw new Problem('usage', 'Cannot prompt for the password: no terminal is attached.', { hint: 'Pipe it in.' })
    if (given === undefined) {
      const [email = '', password = ''] = await linesOfStdin(context, 'an address', 'a password')
      return { email, password }
    }
    const [password = ''] = await linesOfStdin(context, 'a password')
    return { email: given, password }
  }
}
