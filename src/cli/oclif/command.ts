import { Command, type Config, type Interfaces } from '@oclif/core'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import type { GlobalFlags } from '../flags/global-flags.ts'
import type { Names } from '../output/principal-cell.ts'
import { type AnswerFlags, type Printer, printerOf } from '../output/printer.ts'
import { report, wantsJson } from '../output/report.ts'
import { realContext } from '../session/real-context.ts'
import { openSession, type Session, type SessionFlags } from '../session/session.ts'
import { inWordsOf, spokenBy } from './field-names.ts'
import { globalFlags } from './oclif-flags.ts'
import { refuseValuesOfSwitches, usageProblem } from './usage.ts'

/** The base of every command: the global flags, a replaceable world, and one way to fail. */
export abstract class ClawCommand extends Command {
  static override baseFlags: typeof globalFlags = globalFlags

  protected readonly context: Context

  constructor(argv: string[], config: Config, context: Context = realContext()) {
    super(argv, config)
    this.context = context
  }

  /** A client with the credentials of this run. Throws `auth.required`. */
  protected session(flags: SessionFlags): Promise<Session> {
    return openSession(this.context, flags)
  }

  protected printer(flags: AnswerFlags, names?: () => Promise<Names>): Printer {
    return printerOf(this.context, flags, names)
  }

  /** Whether this run can prompt. */
  protected canAsk(flags: Pick<GlobalFlags, 'no-input'>): boolean {
    return this.context.stdin.isTTY && this.context.stderr.isTTY && !flags['no-input']
  }

  /** Asks before a destructive action. Throws `cancelled` for a no, `usage` when it cannot prompt and --yes is missing. */
  protected async confirm(flags: Pick<GlobalFlags, 'no-input'> & { yes?: boolean | undefined }, question: string): Promise<void> {
    if (flags.yes) return
    if (!this.canAsk(flags)) {
      throw new Problem('usage', 'This needs confirmation, but no terminal is attached.', {
        hint: 'Add --yes to confirm.',
      })
    }
    if (!(await this.context.prompts.confirm(question))) throw new Problem('cancelled', 'Nothing was changed.')
  }

  /** Invalid input is refused before anything is done. */
  protected override async parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(options?: Interfaces.Input<F, B, A>, argv?: string[]): Promise<Interfaces.ParserOutput<F, B, A>> {
    refuseValuesOfSwitches(this.ctor, argv ?? this.argv)
    const parsed = await super.parse(options, argv)
    const { jq, json }: GlobalFlags = parsed.flags
    const output = this.formatIn(parsed.flags)
    if (json && output !== undefined && output !== 'json') {
      throw new Problem('usage', `--json cannot be combined with --output ${output}.`, { hint: 'Remove one of them.' })
    }
    if (jq === undefined) return parsed
    if (output !== undefined && output !== 'json') {
      throw new Problem('usage', `--jq prints JSON and cannot be combined with --output ${output}.`, { hint: 'Remove --output.' })
    }
    const { checkJq } = await import('../output/jq.ts')
    await checkJq(jq)
    return parsed
  }

  /** The requested format; for a command that writes a file, `--output` names the file. */
  private formatIn({ output }: GlobalFlags): string | undefined {
    const own = { ...this.ctor.baseFlags, ...this.ctor.flags }['output']
    return own !== undefined && 'options' in own ? output : undefined
  }

  /** Errors name flags for people, and the API's fields for programs. */
  private inOwnWords(error: Error): Error {
    if (!(error instanceof Problem) || wantsJson(this.argv)) return error
    return inWordsOf(error, spokenBy(this.ctor, this.argv))
  }

  protected override async catch(error: Error & { oclif?: { exit?: number } }): Promise<void> {
    if ('code' in error && error.code === 'EEXIT') throw error
    // Words that could not be parsed are not programming errors, of which oclif would warn with NODE_ENV=development.
    this.parsed = true
    this.context.exitWith(report(this.context, usageProblem(error, this.ctor) ?? this.inOwnWords(error), this.argv))
  }
}
