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
    'Reads .env files, JSON, YAML, and exports of 1Password (.csv, .1pux), Doppler, Infisical, Vault (vault kv get -format=json), Bitwarden (.json), AWS Secrets Manager and Kubernetes Secrets. Names become paths; what a path cannot have becomes a dash.',
    'Secrets that exist with the same value are left alone, so running it again changes nothing and goes on after an interruption. Those with another value are asked about, or treated as --on-conflict says; without a terminal the import stops before it writes anything.',
    'Delete the file afterwards: it still has every value.',
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
    'dry-run': Flags.boolean({ description: 'Show names and what would be done with them; write nothing.' }),
    'on-conflict': Flags.option({ options: ON_CONFLICT, description: 'What to do with secrets that have another value.' })(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsImport)
    const found = await itemsOf(this.context, args.file, flags)
    const canAsk = this.canAsk(flags) && args.file !== '-'
    await importing({ context: this.context, session: await this.session(flags), canAsk }, found, flags)
  }
}
