/**
 * A supervisor is the parent of its program, and the program can read the initial environment of its parent in `/proc/$PPID/environ`. So a
 * supervisor restarts itself without our keys, which it reads from a file that is then deleted. As the first process of a container it also
 * has a shell before it, which adopts orphans.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isatty } from 'node:tty'
import { Problem } from '../../problem.ts'
import { HANDOVER } from '../context/handover.ts'
import { KEYS } from './environment.ts'
import { roomyFolder } from './pipe.ts'

type Environment = Readonly<Record<string, string | undefined>>

const SHELL = '/bin/sh'

/** A shell waits for the children that it inherits (POSIX `wait`), and passes on the container manager's signals. */
const FIRST_PROCESS = [
  'for s in $1; do trap "kill -$s \\$child 2>/dev/null" "$s"; done',
  'shift',
  '"$@" <&0 &',
  'child=$!',
  'while :; do wait "$child"; code=$?; kill -0 "$child" 2>/dev/null || break; done',
  'exit "$code"',
].join('\n')

/**
 * Restarts this run if needed, and then does not return.
 * @throws Problem `config.invalid` if a key is in the environment and there is no place to pass it on
 */
export function restartBare(env: Environment): void {
  if (!process.execve || env[HANDOVER] !== undefined) return
  const keys = Object.fromEntries(KEYS.flatMap(name => (env[name] ? [[name, env[name]]] : [])))
  const isFirst = process.pid === 1
  if (Object.keys(keys).length === 0 && !isFirst) return
  const bare = Object.fromEntries(Object.entries(env).filter(([name, value]) => value !== undefined && !KEYS.includes(name)))
  const words = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
  const next = { ...bare, ...(Object.keys(keys).length > 0 && { [HANDOVER]: handover(keys) }) } as Record<string, string>
  if (!isFirst) process.execve(process.execPath, words, next)
  const signals = ['TERM', 'HUP', 'USR1', 'USR2', ...([0, 1, 2].some(isatty) ? [] : ['INT', 'QUIT'])]
  process.execve(SHELL, ['sh', '-c', FIRST_PROCESS, '1claw', signals.join(' '), ...words], next)
}

function handover(keys: Environment): string {
  const folder = roomyFolder()
  if (folder === undefined) {
    throw new Problem(
      'config.invalid',
      'The program could read your key from our environment, and no folder can be written to hide it.',
      {
        hint: 'Give the key in a file: ONECLAW_API_KEY_FILE, ONECLAW_AGENT_API_KEY_FILE or ONECLAW_TOKEN_FILE.',
      },
    )
  }
  const file = join(folder, 'handover')
  try {
    writeFileSync(file, JSON.stringify(keys), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  return file
}
