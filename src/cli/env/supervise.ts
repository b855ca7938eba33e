/**
 * Supervises a program: passes on signals, hides secrets in its output, restarts it. Everything else belongs to the program: it shares our
 * terminal and process group, and its exit code becomes ours.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { extname } from 'node:path'
import { isatty } from 'node:tty'
import { Problem } from '../../problem.ts'
import { workingFolder } from '../context/working-folder.ts'
import type { Child, Masking, Supervision } from './child.ts'
import { note } from './note.ts'
import { programFile } from './program.ts'
import { withoutNodeVariables } from './terminal/node-variables.ts'
import { type Streams, streamsFor } from './terminal/streams.ts'

const FORWARDED: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']
/** Signals that a terminal sends to its whole foreground group. */
const FROM_TERMINAL: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT', 'SIGWINCH']
/** After one of these, nothing is restarted. */
const ENDING: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT']
/** The time that a program has to end by itself before a restart. */
const GRACE_MS = 10_000

/** The exit code of the last program that ran. */
export async function supervise(first: Child, { mask, nextChild }: Supervision): Promise<number> {
  let running: Running | undefined
  let restarting = false
  let ending = false
  const forward = (signal: NodeJS.Signals) => {
    if (restarting && ENDING.includes(signal)) ending = true
    if (FROM_TERMINAL.includes(signal) && !running?.hasTerminal && inForeground()) return
    running?.process.kill(signal)
  }
  const signals = FORWARDED.filter(signal => process.platform !== 'win32' || ['SIGINT', 'SIGTERM', 'SIGHUP'].includes(signal))
  for (const signal of signals) process.on(signal, forward)
  try {
    for (let child: Child = first; ; ) {
      running = start(child, mask)
      const { code } = running
      const next = nextChild && (await changeBefore(code, nextChild))
      if (!next) return await code
      restarting = true
      await stopped(running)
      if (ending) return await code
      restarting = false
      note(next.notes)
      child = next
    }
  } finally {
    for (const signal of signals) process.off(signal, forward)
  }
}

/** The change that came before the program ended, if one did. */
async function changeBefore(code: Promise<number>, nextChild: NonNullable<Supervision['nextChild']>): Promise<Child | undefined> {
  const ended = new AbortController()
  const change = nextChild(ended.signal)
  // It rejects once it is aborted.
  change.catch(() => {})
  try {
    return await Promise.race([change, code.then(() => undefined)])
  } finally {
    ended.abort()
  }
}

async function stopped({ process: child, code }: Running): Promise<void> {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS)
  await code
  clearTimeout(timer)
}

/** A running program. */
interface Running {
  readonly process: ChildProcess
  /** It has its own terminal, and gets no signals from ours. */
  readonly hasTerminal: boolean
  /** 128 + n when signal n ended it; 1 when it succeeded, but its output could not be written. */
  readonly code: Promise<number>
}

const TAKE_TERMINAL = `${import.meta.dirname}/terminal/take-terminal${extname(import.meta.filename)}`

function start(child: Child, mask: Masking | undefined): Running {
  const { command, args, env, secrets } = child
  const { file, named } = programFile(command, env, workingFolder())
  const streams = streamsFor(mask, secrets)
  const { stdio, terminal } = streams
  const started = launched(child, streams, () => {
    if (!terminal) return spawn(named, args, { argv0: command, env: { ...env }, stdio })
    const words = ['--no-warnings', TAKE_TERMINAL, terminal.name, file, command, ...args]
    return spawn(process.execPath, words, { env: withoutNodeVariables(env), stdio, detached: true })
  })
  streams.begin(started)
  return { process: started, hasTerminal: terminal !== undefined, code: exitCode(started, child, streams) }
}

/** Resolves when the program has ended and its output is passed on. */
async function exitCode(running: ChildProcess, child: Child, streams: Streams): Promise<number> {
  const outcome = await new Promise<number | Problem>(resolve => {
    running.once('error', error => resolve(notStarted(child, error)))
    running.once('exit', (code, signal) => resolve(signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1)))
  })
  const written = await streams.end()
  if (outcome instanceof Problem) throw outcome
  return outcome === 0 ? written : outcome
}

/** `spawn` throws some refusals of the system and reports others. */
function launched(child: Child, streams: Streams, start: () => ChildProcess): ChildProcess {
  try {
    return start()
  } catch (error) {
    streams.abandon()
    throw notStarted(child, error)
  }
}

function notStarted({ command, args, env }: Child, error: unknown): Problem {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return new Problem('exec.unknown', `${command} could not be started: its interpreter was not found.`)
  if (code === 'E2BIG') return tooLarge(command, args, env)
  return new Problem('exec.denied', `${command} could not be started (${code ?? 'refused'}).`)
}

/** How many variables a message names. */
const NAMED = 3

/** Which variables take the most space, by name. */
function tooLarge(command: string, args: readonly string[], env: Child['env']): Problem {
  const sizes = Object.entries(env).map(([name, value]) => ({
    name,
    size: Buffer.byteLength(name) + Buffer.byteLength(value) + 2,
  }))
  const total = [...sizes.map(({ size }) => size), ...args.map(arg => Buffer.byteLength(arg) + 1)].reduce(
    (sum, size) => sum + size,
    0,
  )
  const kib = (size: number) => `${Math.ceil(size / 1024)} KiB`
  const largest = sizes.toSorted((a, b) => b.size - a.size).slice(0, NAMED)
  const named = largest.map(({ name, size }) => `${name} (${kib(size)})`).join(', ')
  return new Problem(
    'exec.denied',
    `${command} could not be started: arguments and environment have ${kib(total)}, more than this system allows. The largest: ${named}.`,
    { hint: 'Pass fewer variables with --only or --prefix, or let the program read a value itself: `1claw secrets get <path>`.' },
  )
}

/** Whether the terminal sent the signal to the program as well. Only Linux shows this; elsewhere a terminal on any stream counts. */
function inForeground(): boolean {
  try {
    const stat = readFileSync('/proc/self/stat', 'latin1')
    const [, , group, , terminal, foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return terminal !== '0' && group === foreground
  } catch {
    return [0, 1, 2].some(isatty)
  }
}
