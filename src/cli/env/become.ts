/**
 * Becoming another program (`execve`). Node ignores SIGPIPE and SIGXFSZ, and what is ignored stays ignored across `execve`, so that in
 * the program `yes | head -1` would fail; and when `execve` fails, Node aborts. GNU `env --default-signal` cures both for a fraction of
 * a millisecond.
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

/** Reads the program rather than run it: 50 kB, and its help text names the option. */
export function hasGnuEnv(): boolean {
  try {
    return statSync(ENV).size < 1_000_000 && readFileSync(ENV).includes('--default-signal')
  } catch {
    return false
  }
}
