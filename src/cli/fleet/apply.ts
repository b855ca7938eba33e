import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { interruption } from '../context/interrupt.ts'
import { coloured } from '../context/terminal.ts'
import { visible } from '../context/visible.ts'
import { warnOfMissingGuardrails } from '../input/guardrail-warning.ts'
import { howMany } from '../output/how-many.ts'
import type { Printer } from '../output/printer.ts'
import { progress } from '../output/progress.ts'
import type { Session } from '../session/session.ts'
import { actualStateOf } from './actual-state.ts'
import { carryOut, type Outcome } from './carry-out.ts'
import { desiredStateOf } from './desired-state.ts'
import { readDocument } from './document.ts'
import { type KeyFolder, keyFolder } from './keys.ts'
import { type Plan, planOf, registration } from './plan.ts'
import { planData, planSummary, planText, reasonOf, unchangedText } from './view.ts'

export interface ApplyOptions {
  readonly file: string
  readonly prune: boolean
  readonly dryRun: boolean
  readonly keysDir: string | undefined
  readonly quiet: boolean | undefined
  /** Asks the person; throws when the answer is no. */
  confirm(question: string): Promise<void>
}

const EVERY = 50

/** Compares a file with the server, shows what would change, and does it after confirmation. Returns the exit code. */
export async function applyFleet(context: Context, session: Session, printer: Printer, options: ApplyOptions): Promise<number> {
  const document = await readDocument(context, options.file)
  const wanted = desiredStateOf(document)
  const actual = await actualStateOf(session.client, document, wanted)
  const plan = planOf(document, wanted, actual, options.prune)
  const forPrograms = printer.format !== 'table'
  sayWhatStays(printer, plan, actual.hidden)
  const keyed = plan.changes.filter(change => change.action === 'create' && (change.body?.auth_method ?? 'api_key') === 'api_key')
  if (plan.changes.length === 0 || options.dryRun) {
    if (forPrograms) await printer.data(planData(plan))
    else context.stdout.write(planText(plan, coloured(context.stdout, context.env)))
    printer.note(plan.changes.length === 0 ? `Nothing to do: ${unchangedText(plan)}` : planSummary(plan))
    return plan.changes.length === 0 ? 0 : 10
  }
  if (keyed.length > 0 && options.keysDir === undefined && !forPrograms) {
    throw new Problem('usage', `${keyed.length} new agents get keys, and each key is shown only once.`, {
      hint: 'Choose where to write them: --keys-dir <folder>, or --json for stdout.',
    })
  }
  const shown = planText(plan, coloured(context.stderr, context.env))
  if (!options.quiet) context.stderr.write(`${shown}${planSummary(plan)}\n`)
  for (const change of plan.changes) {
    if (change.action === 'create') warnOfMissingGuardrails(context, guarded(registration(change)), visible(change.name))
  }
  await options.confirm('Apply these changes?')
  const keys =
    options.keysDir === undefined
      ? undefined
      : keyFolder(
          options.keysDir,
          keyed.map(({ name }) => name),
        )
  return perform(context, session, printer, options, plan, keys)
}

function guarded(body: ReturnType<typeof registration>): Parameters<typeof warnOfMissingGuardrails>[1] {
  const { intents_api_enabled = false, tx_allowed_chains, tx_to_allowlist, tx_max_value_eth, tx_daily_limit_eth } = body
  return {
    intents_api_enabled,
    tx_allowed_chains,
    tx_to_allowlist,
    tx_max_value_eth: tx_max_value_eth ?? undefined,
    tx_daily_limit_eth: tx_daily_limit_eth ?? undefined,
  }
}

async function perform(
  context: Context,
  { client }: Session,
  printer: Printer,
  { quiet }: ApplyOptions,
  plan: Plan,
  keys: KeyFolder | undefined,
): Promise<number> {
  const { signal, release } = interruption()
  const shown = progress(quiet ? undefined : context.stderr, plan.changes.length, 'agents', EVERY)
  const outcomes = await carryOut({ context, client, keys, progress: shown, signal }, plan.changes)
  release()
  if (printer.format !== 'table') await printer.data(planData(plan, outcomes))
  else
    for (const { change, apiKey } of outcomes)
      if (apiKey !== undefined) context.stdout.write(`${visible(change.name)}\t${apiKey}\n`)
  return conclusion(context, printer, outcomes, signal.aborted)
}

function conclusion(context: Context, printer: Printer, outcomes: readonly Outcome[], interrupted: boolean): number {
  const failed = outcomes.filter(({ status }) => status === 'failed')
  const done = outcomes.filter(({ status }) => status === 'done').length
  const left = outcomes.length - done - failed.length
  for (const { change, error } of failed) context.stderr.write(`error: ${visible(change.name)}: ${reasonOf(error)}\n`)
  const lost = failed.filter(({ change, id }) => change.action === 'create' && id === undefined)
  if (failed.length + left === 0) {
    printer.note(`Done: ${howMany(done, 'agent')}.`)
    return 0
  }
  context.stderr.write(`${done} of ${howMany(outcomes.length, 'agent')} done, ${failed.length} failed, ${left} not started.\n`)
  context.stderr.write('hint: Apply the file again to continue.\n')
  if (lost.some(({ error }) => error instanceof Problem && ['timeout', 'server.unreachable'].includes(error.code))) {
    context.stderr.write(
      'hint: If creating an agent got no response, the agent may exist without its key: create a key with `1claw agents rotate-key`.\n',
    )
  }
  if (interrupted) return 130
  const [first] = failed
  return first?.error instanceof Problem ? first.error.exitCode : 1
}

function sayWhatStays(printer: Printer, { extra, inactive }: Plan, hidden: readonly string[]): void {
  if (extra.policies > 0)
    printer.note(
      `note: ${howMany(extra.policies, 'policy', 'policies')} of these agents ${extra.policies === 1 ? 'is not in the file and is' : 'are not in the file and are'} kept; --prune deletes ${extra.policies === 1 ? 'it' : 'them'}.`,
    )
  if (inactive.length > 0) {
    printer.note(`note: still deactivated: ${inactive.map(visible).join(', ')}; set \`is_active: true\` to reactivate them.`)
  }
  if (hidden.length > 0)
    printer.note(`note: the policies of ${hidden.map(visible).join(', ')} are not visible to you and are kept.`)
}
