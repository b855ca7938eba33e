import { Flags } from '@oclif/core'
import { ClawCommand } from '../src/cli/oclif/command.ts'

export default class Console extends ClawCommand {
  static override description =
    'Open the web console, signed in with this login.\nThe link works once, within ten minutes. The session ends with this login: log out here, and the page is signed out too.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --no-browser']
  static override flags = {
    browser: Flags.boolean({
      allowNo: true,
      default: true,
      description: 'Open the link in a browser (default), or only print it.',
    }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Console)
    const { client } = await this.session(flags)
    const link = await client.call('console-session.link')
    const printer = this.printer(flags)
    if (printer.format !== 'table') return printer.data(link)
    if (!flags.browser) return void this.context.stdout.write(`${link.url}\n`)
    try {
      await this.context.openBrowser(link.url)
      this.context.stderr.write('The console is open in your browser.\n')
    } catch {
      this.context.stderr.write('No browser could be opened. Open this link within ten minutes:\n')
      this.context.stdout.write(`${link.url}\n`)
    }
  }
}
