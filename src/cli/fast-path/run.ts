import { Problem } from '../../problem.ts'
import { inCi } from '../context/ci.ts'
import type { Context } from '../context/context.ts'
import type { Child } from '../env/child.ts'
import { collect, type Selection } from '../env/collect.ts'
import { childEnvironment } from '../env/environment.ts'
import { launch } from '../env/launch.ts'
import { note } from '../env/note.ts'
import { selectionOf } from '../env/selection.ts'
import type { FlagValues } from '../flags/flag-spec.ts'
import type { GlobalFlags } from '../flags/global-flags.ts'
import type { RUN } from '../flags/run-flags.ts'
import { openSession, type Session } from '../session/session.ts'

type RunFlags = GlobalFlags & FlagValues<(typeof RUN)['flags']>

const WATCH_EVERY_MS = 5000
/** The pause while checks fail: an unhealthy server must not be asked as often. */
const WATCH_AT_MOST_MS = 60_000

/** Replaces this process; not in tests. */
export interface Outside {
  readonly launch: typeof launch
  readonly note: typeof note
  /** Starts this run again without keys in its environment; see `env/restart.ts`. */
  readonly restart: (env: Context['env']) => void | Promise<void>
}

const REAL: Outside = {
  launch,
  note,
  restart: async env => (await import('../env/restart.ts')).restartBare(env),
}

/** Runs a program with secrets in its environment. Ends with the program's exit code, or does not return at all. */
export async function run(
  context: Context,
  paths: readonly string[],
  [command = '', ...args]: readonly string[],
  flags: RunFlags,
  outside: Outside = REAL,
): Promise<void> {
  if (flags.mask || flags.watch) await outside.restart(context.env)
  if (flags.watch && flags.offline) throw new Problem('usage', '--watch needs the server, and --offline does not contact it.')
  const session = await openSession(context, flags, outside.note)
  const selection = await selectionOf(context, paths, flags)
  const prepare = async () => childOf(context, await collect(session, selection), [command, ...args], flags)
  const watch = flags.watch ? await watcher(context, session, selection, prepare, outside) : undefined
  const child = await prepare()
  const restart = () => outside.restart(context.env)
  const supervision = { restart, ...(flags.mask && { mask: flags.mask }), ...(watch && { nextChild: watch }) }
  context.exitWith(await outside.launch(child, supervision))
  await session.client.close()
}

type Variables = Awaited<ReturnType<typeof collect>>

async function childOf(
  context: Context,
  variables: Variables,
  [command = '', ...args]: readonly string[],
  flags: RunFlags,
): Promise<Child> {
  const { overload, pristine, quiet } = flags
  const { env, kept } = childEnvironment({ inherited: context.env, variables, overload, pristine })
  const secrets = [...variables.values()].flatMap(({ value, literal }) => (literal ? [] : [value]))
  const notes: string[] = []
  if (inCi(context.env)) notes.push((await import('../context/ci-masks.ts')).maskCommands(context.env, secrets))
  if (!quiet && variables.size === 0) notes.push('note: no secrets to pass to the program.\n')
  if (!quiet && kept.length > 0)
    notes.push(`note: already set and kept: ${kept.join(', ')} (--overload uses the secrets instead).\n`)
  return { command, args, env, secrets, notes: notes.join('') }
}

/** The versions are read before the values, so a change in between is noticed. */
async function watcher(
  context: Context,
  session: Session,
  selection: Selection,
  prepare: () => Promise<Child>,
  { note }: Outside,
) {
  const { lookAt, watching } = await import('../env/watch.ts')
  const look = lookAt(session, selection)
  return watching({
    seen: await look(),
    look,
    async prepare() {
      const child = await prepare()
      return { ...child, notes: `${child.notes}note: a secret has changed; restarting ${child.command}.\n` }
    },
    pause: (signal, failures) => context.sleep(Math.min(WATCH_EVERY_MS * 2 ** failures, WATCH_AT_MOST_MS), signal),
    failed: error =>
      note(`note: cannot check for changed secrets: ${error instanceof Problem ? error.message : 'unexpected failure'}\n`),
    recovered: () => note('note: checking for changed secrets again.\n'),
  })
}
