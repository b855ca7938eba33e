import { outFileOf, replaceFile } from '../../src/cli/context/private-file.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { outFileFlag } from '../../src/cli/oclif/oclif-flags.ts'

export default class AccountExport extends ClawCommand {
  static override description =
    'Print everything the server stores about you as JSON: account, vaults, agents, policies, and secrets without their values.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --out-file my-data.json',
    '<%= config.bin %> <%= command.id %> --output yaml',
  ]
  static override flags = { 'out-file': outFileFlag }

  async run(): Promise<void> {
    const { flags } = await this.parse(AccountExport)
    const { client } = await this.session(flags)
    const printer = this.printer(flags)
    const data = await client.call('account.export')
    const file = outFileOf(flags)
    if (file === undefined) return printer.data(data)
    replaceFile(file, `${JSON.stringify(data, undefined, 2)}\n`)
    printer.note(`Wrote your data to ${file}.`)
  }
}
