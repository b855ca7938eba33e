import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { Problem } from '../../src/problem.ts'

export default class AgentsApply extends ClawCommand {
  static override description = [
    'Create and update agents and their policies from a YAML or JSON file. Shows the changes and asks for confirmation.',
    'Agents are identified by name, or by `id`. Fields missing from the file are not changed; null clears a field. If an agent has `policies`, that list is complete: describe each policy in full. With --prune, policies and agents that are not in the file are removed (agents are deactivated). A `match` at the top of the file limits this to agents whose names match it.',
    'Applying the same file again changes nothing. With --dry-run, the exit code is 10 if there are changes and 0 otherwise.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> -f agents.yaml --keys-dir keys',
    '<%= config.bin %> <%= command.id %> -f agents.yaml --dry-run',
    '<%= config.bin %> <%= command.id %> -f agents.yaml --prune --yes --json > outcome.json',
  ]
  static override flags = {
    file: Flags.string({ char: 'f', required: true, helpValue: '<file>|-', description: 'The file; - for stdin.' }),
    prune: Flags.boolean({ description: 'Delete policies and deactivate agents that are not in the file.' }),
    'dry-run': Flags.boolean({
      exclusive: ['yes'],
      description: 'Show the changes without making them. Exits with 10 if there are any.',
    }),
    'keys-dir': Flags.string({
      helpValue: '<folder>',
      description: 'Write the key of each new agent to <name>.key in this folder. Only you can read the files (0600).',
    }),
    yes: yesFlag,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AgentsApply)
    if (flags.file === '-' && !flags.yes && !flags['dry-run']) {
      throw new Problem('usage', 'Cannot ask for confirmation: stdin is the file.', { hint: 'Add --yes or --dry-run.' })
    }
    const session = await this.session(flags)
    const { applyFleet } = await import('../../src/cli/fleet/apply.ts')
    const code = await applyFleet(this.context, session, this.printer(flags), {
      file: flags.file,
      prune: flags.prune,
      dryRun: flags['dry-run'],
      keysDir: flags['keys-dir'],
      quiet: flags.quiet,
      confirm: question => this.confirm(flags, question),
    })
    if (code !== 0) this.context.exitWith(code)
  }
}
