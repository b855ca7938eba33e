/**
 * Becomes another program (`execve`). Node.js ignores SIGPIPE and SIGXFSZ, and ignored signals stay ignored across `execve`, so that `yes |
 * head -1` would fail in the program; and when `execve` fails, Node.js aborts. GNU `env --default-signal` solves both in a fraction of a
 * millisecond.
 */
import { readFileSync, statSync } from 'node:fs'
import type { Child } from './child.ts'

type Command = Pick<Child, 'command' | 'args' | 'env'>

const ENV = '/usr/bin/env'

export function becomeByEnv({ command, args, env }: Command): void {
  process.execve?.(ENV, ['env', '--default-signal=PIPE,XFSZ', '--', command, ...args], { ...env })
}

/** @param file the program, as `programFile` has found it. */
export function become(file: string, child: Command): void {
  if (hasGnuEnv() && !child.command.includes('=')) becomeByEnv(child)
  process.execve?.(file, [child.command, ...child.args], { ...child.env })
}

/** Reads the program instead of running it: 50 kB, and its help text names the option. */
export function hasGnuEnv(): boolean {
  try {
    return statSync(ENV).size < 1_000_000 && readFileSync(ENV).includes('--default-signal')
  } catch {
    return false
  }
}
