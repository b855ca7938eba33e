import { Flags } from '@oclif/core'
import { CMEK_FLAGS } from '../../src/cli/flags/value-flags.ts'
import { ON_CONFLICT } from '../../src/cli/import/conflicts.ts'
import { itemsOf, SOURCE_FLAGS } from '../../src/cli/import/import-flags.ts'
import { importing } from '../../src/cli/import/importing.ts'
import { required } from '../../src/cli/oclif/args.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { oclifFlags } from '../../src/cli/oclif/oclif-flags.ts'

export default class SecretsImport extends ClawCommand {
  static override description = [
    'Write the secrets of a file or of another tool into a vault.',
    'Reads .env files, JSON, YAML, and exports of 1Password (.csv, .1pux), Doppler, Infisical, Vault (vault kv get -format=json), Bitwarden (.json), AWS Secrets Manager and Kubernetes Secrets. Names become paths; characters that a path cannot contain become dashes.',
    'Secrets that already have the same value are skipped, so running it again changes nothing and continues after an interruption. For secrets with a different value, it asks, or does what --on-conflict says; without a terminal, the import stops before it writes anything.',
    'Delete the file afterwards: it still contains every value.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> .env --prefix prod/ --dry-run',
    'vault kv get -format=json kv/shop | <%= config.bin %> <%= command.id %> - --prefix shop/',
    '<%= config.bin %> <%= command.id %> export.1pux --on-conflict skip',
    "<%= config.bin %> <%= command.id %> secrets.json --map 'AWS_*=aws/*' --on-conflict new-version",
  ]
  static override args = { file: required('The file; - for stdin.') }
  static override flags = {
    ...SOURCE_FLAGS,
    ...oclifFlags(CMEK_FLAGS),
    'dry-run': Flags.boolean({ description: 'Show what would be done, by name, and write nothing.' }),
    'on-conflict': Flags.option({ options: ON_CONFLICT, description: 'What to do with secrets that have a different value.' })(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsImport)
    const found = await itemsOf(this.context, args.file, flags)
    const canAsk = this.canAsk(flags) && args.file !== '-'
    await importing({ context: this.context, session: await this.session(flags), canAsk }, found, flags)
  }
}
