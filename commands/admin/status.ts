import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { STATUS_PART } from '../../src/cli/people/admin.ts'
import { Problem } from '../../src/problem.ts'

export default class AdminStatus extends ClawCommand {
  static override description = [
    'Show the health of the server: database, key provider, audit log and, for platform administrators, disk, mail, backups, address and rate limits.',
    'Exits with 10 if a part needs attention. Requires an owner or admin.',
  ].join('\n\n')
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(AdminStatus)
    const { client } = await this.session(flags)
    const status = await client.call('server.status')
    const printer = this.printer(flags)
    const ill = status.parts.filter(part => part.status === 'warning' || part.status === 'failing').map(({ name }) => name)
    if (printer.format === 'json' || printer.format === 'yaml') {
      await printer.data(status)
      // stdout holds one document. An error as a second one would make the output invalid.
      if (ill.length > 0) this.context.exitWith(new Problem('check.failed').exitCode)
      return
    }
    await printer.list(status.parts, STATUS_PART, '')
    printer.note(`1claw ${status.version}.`)
    if (ill.length > 0) throw new Problem('check.failed', `These parts need attention: ${ill.join(', ')}.`)
  }
}
