import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { VERSION } from '../../src/cli/output/views/resources.ts'
import { namesFrom } from '../../src/cli/people/names.ts'

export default class SecretsVersions extends ClawCommand {
  static override description = 'List the versions of a secret, newest first, without their values.'
  static override examples = ['<%= config.bin %> <%= command.id %> prod/db/password']
  static override args = { path: required('Path of the secret.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsVersions)
    const { client, vaultId } = await this.session(flags)
    const { versions } = await client.call('secrets.versions', {
      params: { vault_id: await vaultId(), path: args.path },
      query: { include: 'usage' },
    })
    await this.printer(flags, namesFrom(client)).list(versions, VERSION, `${args.path} has no versions.`)
  }
}
