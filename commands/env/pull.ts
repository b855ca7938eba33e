import { Flags } from '@oclif/core'
import { collect } from '../../src/cli/env/collect.ts'
import { pullInto } from '../../src/cli/env/pull.ts'
import { selectionOf } from '../../src/cli/env/selection.ts'
import { SELECTION_FLAGS } from '../../src/cli/flags/run-flags.ts'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { oclifFlags } from '../../src/cli/oclif/oclif-flags.ts'
import { howMany } from '../../src/cli/output/how-many.ts'
import { PULLED } from '../../src/cli/output/views/local.ts'

export default class EnvPull extends ClawCommand {
  static override description = [
    'Write the secrets of a vault into a .env file that only you can read.',
    'Does what `export --format dotenv --out-file .env` does; secrets and names are selected as for `run`. An existing file with different content is not changed unless you pass --force or --merge. Prefer `1claw run` where you can: it needs no file.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --prefix prod/ --out-file .env.production',
    '<%= config.bin %> <%= command.id %> --merge',
  ]
  static override usage = '<%= command.id %> [PATH...] [flags]'
  static override strict = false
  static override flags = {
    ...oclifFlags(SELECTION_FLAGS),
    'out-file': Flags.string({ helpValue: '<file>', description: 'The file (default: .env).' }),
    force: Flags.boolean({ exclusive: ['merge'], description: 'Replace the file if it exists.' }),
    merge: Flags.boolean({
      description: 'Keep the other lines of the file: its comments, references, and variables that are not in the vault.',
    }),
  }

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(EnvPull)
    const selection = await selectionOf(this.context, argv.map(String), flags)
    const variables = [...(await collect(await this.session(flags), selection)).values()]
    const printer = this.printer(flags)
    const { warnings, ...pulled } = pullInto(this.context, flags['out-file'] ?? '.env', variables, flags)
    const { file, written } = pulled
    await printer.done(
      written ? `Wrote ${howMany(variables.length, 'variable')} to ${file}.` : `${file} is up to date.`,
      pulled,
      PULLED,
    )
    for (const warning of warnings) printer.note(warning)
  }
}
