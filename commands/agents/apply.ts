import { Flags } from '@oclif/core'
import { ClawCommand } from '../../src/cli/oclif/command.ts'
import { yesFlag } from '../../src/cli/oclif/oclif-flags.ts'
import { Problem } from '../../src/problem.ts'

export default class AgentsApply extends ClawCommand {
  static override description = [
    'Make agents and their policies as a YAML or JSON file says; show what would change, and ask first.',
    'Agents are known by their name, or by `id`. Fields that the file does not name stay as they are, and null takes one away. If an agent has `policies`, those are all it is to have: each is described whole, and with --prune others are withdrawn. With --prune agents that are not in the file are deactivated; with `match` at the top of the file only those whose name fits it.',
    'A second run has nothing to do. With --dry-run the exit code is 10 when there is something to do, and 0 otherwise.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %> -f agents.yaml --keys-dir keys',
    '<%= config.bin %> <%= command.id %> -f agents.yaml --dry-run',
    '<%= config.bin %> <%= command.id %> -f agents.yaml --prune --yes --json > outcome.json',
  ]
  static override flags = {
    file: Flags.string({ char: 'f', required: true, helpValue: '<file>|-', description: 'The file; - for stdin.' }),
    prune: Flags.boolean({ description: 'Withdraw policies and deactivate agents that are not in the file.' }),
    'dry-run': Flags.boolean({ exclusive: ['yes'], description: 'Change nothing; exit code 10 when something would change.' }),
    'keys-dir': Flags.string({
      helpValue: '<folder>',
      description: 'Write the key of each new agent to <name>.key there, for you alone (0600).',
    }),
    yes: yesFlag,
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(AgentsApply)
    if (flags.file === '-' && !flags.yes && !flags['dry-run']) {
      throw new Problem('usage', 'The file comes from stdin, so nobody can be asked.', { hint: 'Add --yes or --dry-run.' })
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
