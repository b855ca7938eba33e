import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { CACHED_VALUE } from '../../src/cli/output/views/local.ts'
import { cacheRows } from '../../src/cli/session/cache/status.ts'

export default class CacheStatus extends ClawCommand {
  static override description =
    'List the secrets that this machine has cached, without values.\nDoes not contact the server. The list is empty until values are read with --prefer-offline or --cache-max-age, or after `config set cache on`.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(CacheStatus)
    const { rows, note } = await cacheRows(this.context, flags)
    const printer = this.printer(flags)
    printer.note(note)
    await printer.list(rows, CACHED_VALUE, 'Nothing is cached.')
  }
}
