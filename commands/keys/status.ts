import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { ROTATION, SERVER_KEY, serverKeyRows } from '../../src/cli/output/views/keys.ts'

/** The input that the next start of the server waits for. */
const SEALS = {
  none: 'The root key is not sealed: anyone who has root.key and the database can read everything.',
  passphrase: 'The root key is sealed with a passphrase.',
  shares: 'The root key is sealed with shares.',
  pin: 'The root key is in an HSM, behind the PIN of its token.',
} as const

export default class KeysStatus extends ClawCommand {
  static override description = [
    'List the keys of the server: where each is held, how much of its limit is used, what seals them, and which rotations are running.',
    'A key that was replaced is `retiring` while something needs it, then `retired`. Requires a platform administrator.',
  ].join('\n\n')
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(KeysStatus)
    const { client } = await this.session(flags)
    const status = await client.call('keys.status')
    const printer = this.printer(flags)
    if (printer.format === 'json' || printer.format === 'yaml') return printer.data(status)
    await printer.list(serverKeyRows(status), SERVER_KEY, 'No keys.')
    printer.note(SEALS[status.seal])
    // CSV and other formats hold only one table.
    if (printer.format !== 'table') return
    if (status.rotations.length === 0) return printer.note('No rotation of a vault’s key is running.')
    this.context.stdout.write('\n')
    await printer.list(status.rotations, ROTATION, '')
  }
}
