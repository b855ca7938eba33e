import { Flags } from '@oclif/core'
import { SECRET_ORDERS } from '../../src/cli/input/vocabulary.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SECRET } from '../../src/cli/output/views/resources.ts'
import { SECRET_ANYWHERE } from '../../src/cli/output/views/secrets.ts'

export default class SecretsList extends ClawCommand {
  static override description = 'List the secrets you can read, without their values.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --prefix prod/ --output name',
    '<%= config.bin %> <%= command.id %> --all-vaults --sort expires_at',
    '<%= config.bin %> <%= command.id %> --vault production --sort last_read_at',
  ]
  static override flags = {
    'all-vaults': Flags.boolean({
      exclusive: ['prefix', 'vault'],
      description: 'List the secrets of all vaults, with the time each was last read.',
    }),
    sort: Flags.option({
      options: SECRET_ORDERS,
      exclusive: ['prefix'],
      description:
        'List the oldest value, the next to expire or the longest unread first, with the time each was last read (default: vault and path).',
    })(),
    prefix: Flags.string({ helpValue: '<text>', description: 'Only paths that start with this prefix.' }),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(SecretsList)
    const { client, vaultId } = await this.session(flags)
    const { sort } = flags
    if (flags['all-vaults'] || sort) {
      const query = { ...(sort && { sort }), ...(!flags['all-vaults'] && { vault_id: await vaultId() }) }
      const all = await client.call('secrets.list-all', { query })
      return this.printer(flags).list(all.secrets, SECRET_ANYWHERE, 'There are no secrets that you can read.')
    }
    const { prefix } = flags
    const params = { vault_id: await vaultId() }
    const { secrets } = await client.call('secrets.list', {
      params,
      query: { include: 'usage', ...(prefix !== undefined && { prefix }) },
    })
    const none =
      prefix === undefined
        ? 'There are no secrets that you can read.'
        : `No path of a secret that you can read starts with ${prefix}.`
    await this.printer(flags).list(secrets, SECRET, none)
  }
}
