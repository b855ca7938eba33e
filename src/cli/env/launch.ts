/**
 * Runs a program with the secrets in its environment. If nothing has to be supervised, this process *becomes* the program: with the same
 * process id, no memory of ours, and the program's own exit code and signals. Where that does not work reliably (macOS, Alpine, Windows),
 * the program is supervised.
 */
import { readFileSync } from 'node:fs'
import { Problem } from '../../problem.ts'
import { workingFolder } from '../context/working-folder.ts'
import { becomeByEnv, hasGnuEnv } from './become.ts'
import type { Child, Supervision } from './child.ts'
import { note } from './note.ts'
import { programFile } from './program.ts'

/**
 * Runs the child and returns its exit code: 128 + n when signal n killed it. Does not return when this process has become the child.
 * @throws Problem `exec.unknown` (127), `exec.denied` (126), `usage` for a value that is too large to pass
 */
export async function launch(child: Child, supervision: Supervision = {}): Promise<number> {
  programFile(child.command, child.env, workingFolder())
  ensureFits(child.env)
  const becomes = !supervision.mask && !supervision.nextChild && canBecome(child)
  if (!becomes) await supervision.restart?.()
  note(child.notes)
  if (becomes) becomeByEnv(child)
  const { supervise } = await import('./supervise.ts')
  return supervise(child, supervision)
}

/** The maximum of one `NAME=value` with its terminator: MAX_ARG_STRLEN of Linux. */
const MAX_VARIABLE = 131_072
/** Below Linux's limit for arguments and environment together; a supervised start can report when it is too much. */
const SAFE_TOTAL = 512 * 1024
const O_NONBLOCK = 0o4000

/** `env` would treat a command with `=` as a variable. */
function canBecome({ command, args, env }: Child): boolean {
  if (process.platform !== 'linux' || !process.execve || command.includes('=')) return false
  const total = [...args, ...Object.entries(env).flat()].reduce((sum, text) => sum + Buffer.byteLength(text) + 16, 0)
  return total < SAFE_TOTAL && hasGnuEnv() && [0, 1, 2].every(isBlocking)
}

/**
 * Node.js makes a pipe non-blocking, for all processes that share it, as soon as it accesses `process.stdout` or `process.stderr`; few
 * programs expect that. A supervised start repairs it.
 */
function isBlocking(fd: number): boolean {
  try {
    const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1] ?? '0'
    return (Number.parseInt(flags, 8) & O_NONBLOCK) === 0
  } catch {
    // Closed: there is nothing to block.
    return true
  }
}

function ensureFits(env: Child['env']): void {
  if (process.platform !== 'linux') return
  for (const [name, value] of Object.entries(env)) {
    if (Buffer.byteLength(name) + Buffer.byteLength(value) + 2 <= MAX_VARIABLE) continue
    throw new Problem('usage', `${name} is larger than the 128 KiB that Linux allows for one variable.`, {
      hint: `Leave it out with --exclude ${name}. The program can read it from a file: \`1claw secrets get <path> --out-file <file>\`.`,
    })
  }
}
