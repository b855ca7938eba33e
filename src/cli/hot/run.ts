import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Problem } from '../../problem.ts'
import type { Context } from '../context.ts'
import { collect, type Selection } from '../env/collect.ts'
import { envFileEntries } from '../env/env-file.ts'
import { childEnvironment } from '../env/environment.ts'
import { type Child, launch } from '../env/launch.ts'
import { addMaskCommands, inGithubActions } from '../env/workflow.ts'
import { openSession, type Session } from '../session.ts'
import type { FlagValues, HotSpec } from './flag-spec.ts'
import type { GlobalFlags } from './global-flags.ts'

/** Which secrets become variables, and under which names; `run` and `export` share it. */
export const SELECTION_FLAGS = {
  prefix: { type: 'string', value: 'text', description: 'Take the secrets whose path starts with this.' },
  only: { type: 'string', value: 'A,B', multiple: true, description: 'Take these variables and no others; each must be there.' },
  name: {
    type: 'string',
    options: ['last', 'path'],
    description: 'Name a variable after the last segment of its path (prod/db-url: DB_URL) or after all of it (PROD_DB_URL).',
  },
  'env-file': {
    type: 'string',
    value: 'file',
    multiple: true,
    description: 'Also take the lines of a .env file; a value like 1claw://vault/path (?version=2) is read from there.',
  },
} as const satisfies HotSpec['flags']

export const RUN = {
  id: 'run',
  args: [],
  passthrough: true,
  flags: {
    ...SELECTION_FLAGS,
    overload: { type: 'boolean', description: 'Let secrets win over variables that are set already; otherwise those are kept.' },
    pristine: { type: 'boolean', description: 'Inherit nothing but what programs need to run (PATH, HOME, LANG and the like).' },
    mask: {
      type: 'boolean',
      description: 'Hide the values in output that goes into a file or pipe; a terminal gets it as it is.',
    },
    watch: { type: 'boolean', description: 'Start the program anew when one of its secrets changes.' },
  },
} as const satisfies HotSpec

export type SelectionFlags = FlagValues<typeof SELECTION_FLAGS>
type RunFlags = GlobalFlags & FlagValues<(typeof RUN)['flags']>

const WATCH_EVERY_MS = 5000

/** What is asked for. `paths` are arguments: of the run's vault, or references. */
export function selectionOf(context: Context, paths: readonly string[], flags: SelectionFlags): Selection {
  return {
    paths,
    prefix: flags.prefix,
    entries: (flags['env-file'] ?? []).flatMap(file => envFileEntries(textOf(context, file), file)),
    only: flags.only?.flatMap(names => names.split(',')).filter(name => name !== ''),
    naming: flags.name ?? 'last',
  }
}

function textOf(context: Context, file: string): string {
  try {
    return readFileSync(resolve(context.cwd, file), 'utf8')
  } catch (error) {
    throw new Problem('usage', `${file} cannot be read.`, { cause: error })
  }
}

/** Runs a program with secrets in its environment. Ends with the program's exit code, or does not return at all. */
export async function run(
  context: Context,
  paths: readonly string[],
  [command = '', ...args]: readonly string[],
  flags: RunFlags,
  start: typeof launch = launch,
): Promise<void> {
  const session = await openSession(context, flags)
  const selection = selectionOf(context, paths, flags)
  const prepare = async () => childOf(context, await collect(session, selection), [command, ...args], flags)
  const watch = flags.watch ? await watcher(context, session, selection, prepare) : undefined
  const child = await prepare()
  const supervision = { ...(flags.mask && { mask: true }), ...(watch && { nextChild: watch }) }
  context.exitWith(await start(child, supervision))
  await session.client.close()
}

type Variables = Awaited<ReturnType<typeof collect>>

function childOf(context: Context, variables: Variables, [command = '', ...args]: readonly string[], flags: RunFlags): Child {
  const { overload, pristine, quiet } = flags
  const { env, kept } = childEnvironment({ inherited: context.env, variables, overload, pristine })
  const secrets = [...variables.values()].flatMap(({ value, literal }) => (literal ? [] : [value]))
  const notes = [inGithubActions(context.env) ? addMaskCommands(secrets) : '']
  if (!quiet && variables.size === 0) notes.push('note: there is no secret to pass on.\n')
  if (!quiet && kept.length > 0) notes.push(`note: kept as set already: ${kept.join(', ')} (--overload takes the secrets).\n`)
  return { command, args, env, secrets, notes: notes.join('') }
}

/** The versions are looked up before the values, so that a change in between is seen as one. */
async function watcher(context: Context, session: Session, selection: Selection, prepare: () => Promise<Child>) {
  const { fingerprint, watching } = await import('../env/watch.ts')
  const { note } = await import('../env/note.ts')
  const look = () => fingerprint(session, selection)
  return watching({
    seen: await look(),
    look,
    async prepare() {
      const child = await prepare()
      return { ...child, notes: `${child.notes}note: a secret has changed, starting ${child.command} anew.\n` }
    },
    pause: signal => context.sleep(WATCH_EVERY_MS, signal),
    failed: error =>
      note(`note: cannot look for changed secrets: ${error instanceof Problem ? error.message : 'unexpected failure'}\n`),
  })
}
