import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Problem } from '../../problem.ts'

/**
 * Opens an editor on a file with this text, readable only by its owner, in memory on Linux if possible, and returns what was saved. The
 * shell runs `command`, as Git does: `EDITOR="code --wait"` works. The file is removed however the editor or this process ends, except by
 * SIGKILL.
 * @throws Problem `exec.unknown` for a missing editor, `exec.denied` for one that cannot run, `cancelled` for one that failed
 */
export async function edited(command: string, text = ''): Promise<string> {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), '1claw-'))
  const file = join(folder, 'value')
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  let received: NodeJS.Signals | undefined
  try {
    writeFileSync(file, text, { mode: 0o600 })
    const ended = await run(command, file)
    received = ended.received
    if (ended.code !== 0 || received) throw failure(command, ended.code)
    return readFileSync(file, 'utf8')
  } finally {
    remove()
    process.off('exit', remove)
    if (received) process.kill(process.pid, received)
  }
}

interface Ended {
  /** The exit code of the shell; null when a signal ended it. */
  readonly code: number | null
  /** The signal that asked this process to end while the editor was open. */
  readonly received: NodeJS.Signals | undefined
}

/**
 * Runs the editor. Ctrl-C belongs to the editor; a signal that would end this process ends the editor first, so that the file is removed.
 */
function run(command: string, file: string): Promise<Ended> {
  return new Promise(resolve => {
    const child = spawn(`${command} "${file}"`, { stdio: 'inherit', shell: true })
    let received: NodeJS.Signals | undefined
    const ignore = () => {}
    const end = (signal: NodeJS.Signals) => {
      received = signal
      child.kill(signal)
    }
    const done = (code: number | null) => {
      process.off('SIGINT', ignore)
      process.off('SIGTERM', end)
      process.off('SIGHUP', end)
      resolve({ code, received })
    }
    process.on('SIGINT', ignore)
    process.on('SIGTERM', end)
    process.on('SIGHUP', end)
    child.on('error', () => done(null))
    child.on('close', done)
  })
}

function failure(command: string, code: number | null): Problem {
  const hint = 'Set EDITOR or VISUAL to an editor that is installed.'
  if (code === NOT_FOUND)
    return new Problem('exec.unknown', `The editor (${command}) was not found; nothing was written.`, { hint })
  if (code === NOT_EXECUTABLE)
    return new Problem('exec.denied', `The editor (${command}) cannot be run; nothing was written.`, { hint })
  return new Problem('cancelled', `The editor (${command}) failed; nothing was written.`)
}

/** The exit codes of a shell for a program that did not start. */
const NOT_FOUND = 127
const NOT_EXECUTABLE = 126

/** The editor that the environment names. */
export function editorCommand(env: Readonly<Record<string, string | undefined>>): string {
  return env['VISUAL'] || env['EDITOR'] || (process.platform === 'win32' ? 'notepad' : 'vi')
}
