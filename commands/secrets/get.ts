import { Args } from '@oclif/core'
import { SECRETS_GET, secretsGet } from '../../src/cli/fast-path/secrets-get.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { type OclifFlags, oclifFlags } from '../../src/cli/oclif/oclif-flags.ts'

export default class SecretsGet extends ClawCommand {
  static override description =
    'Print the value of a secret, or of several.\nPrints the exact bytes that were stored. Adds a newline only on a terminal. Several values are printed one per line, in the order of the paths; use --json for values with line breaks.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> prod/db/password',
    '<%= config.bin %> <%= command.id %> prod/tls/key --out-file tls.key',
    '<%= config.bin %> <%= command.id %> prod/db/password --version 3 --json',
    '<%= config.bin %> <%= command.id %> prod/db/user prod/db/password',
    '<%= config.bin %> <%= command.id %> prod/db/password --copy',
  ]
  static override usage = '<%= command.id %> PATH... [flags]'
  static override strict = false
  static override args = { path: Args.string({ required: true, ignoreStdin: true, description: 'Path of the secret.' }) }
  static override flags: OclifFlags<typeof SECRETS_GET.flags> = oclifFlags(SECRETS_GET.flags)

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(SecretsGet)
    await secretsGet(this.context, argv.map(String), flags)
  }
}
