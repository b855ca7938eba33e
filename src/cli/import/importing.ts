import type { Context } from '../context/context.ts'
import { type AnswerFlags, printerOf } from '../output/printer.ts'
import { PLANNED, WRITTEN } from '../output/views/import.ts'
import type { Session } from '../session/session.ts'
import { carriedOut } from './carry-out.ts'
import { type ON_CONFLICT, settled } from './conflicts.ts'
import { ledgerOf } from './ledger.ts'
import type { Item } from './paths.ts'
import { planned } from './plan.ts'

interface Run {
  readonly context: Context
  readonly session: Session
  /** Whether a person can be asked about conflicts. */
  readonly canAsk: boolean
}

interface Flags extends AnswerFlags {
  readonly 'dry-run'?: boolean | undefined
  readonly 'on-conflict'?: (typeof ON_CONFLICT)[number] | undefined
}

/** The content of a file: its secrets with their paths, and notes for people. */
export interface Found {
  readonly items: readonly Item[]
  readonly notes: readonly string[]
}

/** Writes the secrets of a file into the vault of the run, or shows what would be written. */
export async function importing({ context, session, canAsk }: Run, { items, notes }: Found, flags: Flags): Promise<void> {
  const printer = printerOf(context, flags)
  const vaultId = await session.vaultId()
  const ledger = await ledgerOf(context, session.target, vaultId)
  const plan = await planned(session, vaultId, items, ledger, context.now())
  for (const note of notes) printer.note(`note: ${note}`)
  if (flags['dry-run']) {
    await printer.list(
      plan.map(({ path, origin, fate }) => ({ path, origin, fate })),
      PLANNED,
      '',
    )
    return printer.note(`Nothing was written. ${counted(plan)}`)
  }
  const chosen = await settled(plan, flags['on-conflict'], canAsk ? context.prompts : undefined)
  const written = await carriedOut(session, vaultId, chosen, ledger, flags.quiet ? undefined : context.stderr)
  const overwritten = written.filter(({ fate, version }) => fate === 'create' && version > 1).map(({ path }) => path)
  if (overwritten.length > 0)
    printer.note(`note: these existed, or had been deleted, and have a new version: ${overwritten.join(', ')}.`)
  if (printer.format !== 'table') return printer.list(written, WRITTEN, 'Nothing to do.')
  const skipped = plan.length - written.length
  const left = skipped === 0 ? '' : ` ${skipped} left as ${skipped === 1 ? 'it was' : 'they were'}.`
  printer.note(
    written.length === 0
      ? `Nothing to do.${left}`
      : `Imported ${written.length === 1 ? 'one secret' : `${written.length} secrets`}.${left}`,
  )
}

function counted(plan: readonly { readonly fate: string }[]): string {
  const counts = Map.groupBy(plan, ({ fate }) => fate)
  const words = { create: 'to create', unchanged: 'unchanged', differs: 'with another value', exists: 'that cannot be compared' }
  return `${Object.entries(words)
    .flatMap(([fate, word]) => (counts.has(fate) ? [`${counts.get(fate)?.length} ${word}`] : []))
    .join(', ')}.`
}
