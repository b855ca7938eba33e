import { targetOf } from '../src/cli/context/target.ts'
import { type Check, examine } from '../src/cli/doctor.ts'
import { milliseconds } from '../src/cli/input/duration.ts'
import { ClawCommand } from '../src/cli/oclif/command.ts'
import type { View } from '../src/cli/output/view.ts'
import { Problem } from '../src/problem.ts'

const CHECK: View<Check> = {
  columns: {
    check: check => check.name,
    verdict: check => check.verdict,
    finding: check => check.detail,
    fix: check => check.advice,
  },
  name: check => check.name,
}

export default class Doctor extends ClawCommand {
  static override description =
    'Check this installation: Node, settings, keychain, server, clock, login and vault.\nExits with 10 if a check fails.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor)
    const timeoutMs = flags.timeout === undefined ? undefined : milliseconds(flags.timeout)
    const checks = await examine(this.context, targetOf(this.context, flags), timeoutMs)
    const printer = this.printer(flags)
    if (printer.format === 'table') this.context.stdout.write(checks.map(line).join(''))
    else await printer.list(checks, CHECK, '')
    const failed = checks.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name)
    if (failed.length === 0) return
    // stdout holds one JSON document. An error as a second one would make the output invalid.
    if (printer.format === 'json') return this.context.exitWith(new Problem('check.failed').exitCode)
    throw new Problem('check.failed', `These checks failed: ${failed.join(', ')}.`)
  }
}

function line({ name, verdict, detail, advice }: Check): string {
  return `${verdict.padEnd(4)}  ${name.padEnd(9)} ${detail}\n${advice ? `${' '.repeat(16)}${advice}\n` : ''}`
}
