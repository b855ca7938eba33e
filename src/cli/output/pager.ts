import { spawn } from 'node:child_process'
import { programFile } from '../env/program.ts'

type Env = Readonly<Record<string, string | undefined>>

/** The command line of the person's pager, chosen like Git's; undefined if they want none. */
export function pagerOf(env: Env): string | undefined {
  const command = (env['ONECLAW_PAGER'] ?? env['PAGER'] ?? 'less').trim()
  return command === '' || command === 'cat' || env['TERM'] === 'dumb' ? undefined : command
}

/** Exit codes of a shell that could not start the program. */
const NOT_STARTED = [126, 127]

/**
 * Shows a text in the pager and waits until it is closed. The shell runs it, as Git does: `PAGER="less -S"` works.
 * @returns false if nothing was shown: no pager is wanted, or it could not be started
 */
export async function shownInPager(text: string, env: Env, cwd: string | undefined): Promise<boolean> {
  const command = pagerOf(env)
  if (command === undefined || !isThere(command, env, cwd)) return false
  const child = spawn(command, {
    shell: true,
    stdio: ['pipe', 'inherit', 'inherit'],
    // Like Git: close at once if it fits, keep colours, keep the shown text on the screen.
    env: { ...env, LESS: env['LESS'] ?? 'FRX', LV: env['LV'] ?? '-c' },
  })
  // Ctrl-C is for the pager.
  const ignore = () => {}
  process.on('SIGINT', ignore)
  try {
    return await new Promise<boolean>(resolve => {
      child.on('error', () => resolve(false))
      child.on('close', code => resolve(code === null || !NOT_STARTED.includes(code)))
      // The person left before the end of the text.
      child.stdin.on('error', ignore).end(text)
    })
  } finally {
    process.off('SIGINT', ignore)
  }
}

/** For a single word only: the shell parses a command line. */
function isThere(command: string, env: Env, cwd: string | undefined): boolean {
  if (/\s/.test(command)) return true
  try {
    return programFile(command, env, cwd).file !== ''
  } catch {
    return false
  }
}
