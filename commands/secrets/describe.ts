import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SECRET_DETAILS } from '../../src/cli/output/views/resources.ts'
import { namesFrom } from '../../src/cli/people/names.ts'
import { Problem } from '../../src/problem.ts'

export default class SecretsDescribe extends ClawCommand {
  static override description = 'Show the metadata of a secret, without its value.'
  static override examples = ['<%= config.bin %> <%= command.id %> prod/db/password']
  static override args = { path: required('Path of the secret.') }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsDescribe)
    const { client, vaultId } = await this.session(flags)
    const { versions } = await client.call('secrets.versions', {
      params: { vault_id: await vaultId(), path: args.path },
      query: { include: 'usage' },
    })
    const [newest] = versions
    if (!newest) throw new Problem('resource.unknown', `There is no secret ${args.path}.`)
    await this.printer(flags, namesFrom(client)).one(newest, SECRET_DETAILS)
  }
}
