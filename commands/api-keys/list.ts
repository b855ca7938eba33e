import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { API_KEY } from '../../src/cli/output/views/resources.ts'

export default class ApiKeysList extends ClawCommand {
  static override description = 'List your personal API keys, without the keys.'
  static override examples = ['<%= config.bin %> <%= command.id %>']

  async run(): Promise<void> {
    const { flags } = await this.parse(ApiKeysList)
    const { client } = await this.session(flags)
    const { keys } = await client.call('api-keys.list', { query: { include: 'usage' } })
    await this.printer(flags).list(keys, API_KEY, 'You have no API keys.')
  }
}
