import { Args, Flags } from '@oclif/core'
import { SELECTION_FLAGS } from '../../src/cli/flags/run-flags.ts'
import { CMEK_FLAGS } from '../../src/cli/flags/value-flags.ts'
import { ON_CONFLICT } from '../../src/cli/import/conflicts.ts'
import { pushedItems } from '../../src/cli/import/env-file-items.ts'
import { SOURCE_FLAGS } from '../../src/cli/import/import-flags.ts'
import { importing } from '../../src/cli/import/importing.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { oclifFlags } from '../../src/cli/oclif/oclif-flags.ts'

export default class EnvPush extends ClawCommand {
  static override description = [
    'Write the values of a .env file into a vault.',
    'Does what `secrets import` does. Each variable goes to the secret that `env pull` reads it from; a new variable becomes a secret with the same name. References and variables of an env_bundle are skipped.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> --dry-run',
    '<%= config.bin %> <%= command.id %> .env.production --prefix prod/ --on-conflict new-version',
  ]
  static override args = { file: Args.string({ ignoreStdin: true, description: 'The file (default: .env).' }) }
  static override flags = {
    prefix: SOURCE_FLAGS.prefix,
    map: SOURCE_FLAGS.map,
    exclude: SOURCE_FLAGS.exclude,
    ...oclifFlags({ name: SELECTION_FLAGS.name, ...CMEK_FLAGS }),
    'dry-run': Flags.boolean({ description: 'Show what would be done, by name, and write nothing.' }),
    'on-conflict': Flags.option({ options: ON_CONFLICT, description: 'What to do with secrets that have a different value.' })(),
  }

  async run(): Promise<void> {
    const { args, flags } = await this.parse(EnvPush)
    const session = await this.session(flags)
    const found = await pushedItems(this.context, session, args.file ?? '.env', flags)
    await importing({ context: this.context, session, canAsk: this.canAsk(flags) }, found, flags)
  }
}
