import { Flags } from '@oclif/core'
import { coloured } from '../src/cli/context/terminal.ts'
import { CMEK_FLAGS } from '../src/cli/flags/value-flags.ts'
import { milliseconds } from '../src/cli/input/duration.ts'
import { ClawCommand } from '../src/cli/oclif/command.ts'
import { oclifFlags } from '../src/cli/oclif/oclif-flags.ts'
import { Problem } from '../src/problem.ts'

export default class Ui extends ClawCommand {
  static override description = [
    'Browse vaults, secrets, policies, agents and the audit log in a full-screen terminal interface.',
    'Search as you type with /, find anything by name with :, and see all keys with ?. A value is read only when you reveal, copy or edit it; it is hidden again after a while, and no trace of it remains in the terminal. Every change asks for confirmation.',
  ].join('\n\n')
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --vault prod',
    '<%= config.bin %> <%= command.id %> --hide-after 10s',
  ]
  static override flags = {
    'hide-after': Flags.string({
      helpValue: '<duration>',
      default: '30s',
      description: 'Hide a revealed value after this time.',
    }),
    ...oclifFlags(CMEK_FLAGS),
  }

  async run(): Promise<void> {
    const { flags } = await this.parse(Ui)
    const { context } = this
    if (!context.stdin.isTTY || !context.stdout.isTTY || context.env['TERM'] === 'dumb') {
      throw new Problem('usage', '`1claw ui` needs a terminal.', {
        hint: 'For programs: 1claw secrets list --json',
      })
    }
    if (flags['no-input']) throw new Problem('usage', '`1claw ui` waits for keys, so it cannot be combined with --no-input.')
    if (flags.json || flags.jq !== undefined || flags.output !== undefined) {
      throw new Problem('usage', '`1claw ui` prints nothing, so it has no output format.', {
        hint: 'Remove --json, --jq and --output.',
      })
    }
    const hideAfterMs = milliseconds(flags['hide-after'])
    const session = await this.session(flags)
    const [{ startingPlace }, { runUi }, { showFullScreen }] = await Promise.all([
      import('../src/cli/ui/start.ts'),
      import('../src/cli/ui/run.ts'),
      import('../src/views/full-screen.tsx'),
    ])
    const start = await startingPlace(session)
    const { openSession } = await import('../src/cli/session/session.ts')
    const colour = coloured(context.stdout, context.env)
    const code = await runUi(context, {
      ...start,
      hideAfterMs,
      // Does not print which file chose the vault: the person switches between vaults here.
      open: onScreen => openSession(onScreen, { ...flags, quiet: true }),
      show: model => showFullScreen(model, colour),
    })
    context.exitWith(code)
  }
}
