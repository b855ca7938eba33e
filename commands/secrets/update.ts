import { Flags } from '@oclif/core'
import { expiryFlags, expiryOf, hasExpiry } from '../../src/cli/input/expiry.ts'
import { metadataOf } from '../../src/cli/input/metadata.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { SECRET } from '../../src/cli/output/views/resources.ts'
import { Problem } from '../../src/problem.ts'

export default class SecretsUpdate extends ClawCommand {
  static override description =
    'Change the metadata, the expiry or the access limit of a secret without writing its value.\nThe version does not change. Everything else stays unchanged.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> prod/db/password --expires-in 90d',
    '<%= config.bin %> <%= command.id %> prod/db/password --no-expiry --metadata team=shop',
  ]
  static override args = { path: required('Path of the secret.') }
  static override flags = {
    ...expiryFlags,
    'no-expiry': Flags.boolean({ description: 'Remove the expiry.', exclusive: ['expires-in', 'expires-at'] }),
    'max-access-count': Flags.integer({ min: 0, helpValue: '<n>', description: 'Maximum number of reads. 0 means unlimited.' }),
    metadata: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<key=value>',
      description: 'New metadata; replaces the existing metadata. Repeatable.',
    }),
    'no-metadata': Flags.boolean({ description: 'Remove the metadata.', exclusive: ['metadata'] }),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsUpdate)
    const limit = flags['max-access-count']
    const body = {
      ...metadataOf(flags.metadata),
      ...(flags['no-expiry'] && { expires_at: null }),
      ...(flags['no-metadata'] && { metadata: {} }),
      ...(limit !== undefined && { max_access_count: limit }),
    }
    const expiry = expiryOf(flags)
    if (Object.keys(body).length === 0 && !hasExpiry(flags)) {
      throw new Problem('usage', 'Nothing to change: pass at least one flag.', {
        hint: 'To write another value: 1claw secrets set',
      })
    }
    const { client, vaultId } = await this.session(flags)
    const secret = await client.call('secrets.update', {
      params: { vault_id: await vaultId(), path: args.path },
      body: { ...(await expiry(client, this.context.now())), ...body },
    })
    await this.printer(flags).done(`Updated ${secret.path} (version ${secret.version}).`, secret, SECRET)
  }
}
