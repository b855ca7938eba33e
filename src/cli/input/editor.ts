import { type ChildProcess, spawn } from 'node:child_process'
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
  // This comes before the file exists: a signal that ends this process at once would leave the file behind.
  const signals = passOnSignals()
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), '1claw-'))
  const file = join(folder, 'value')
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  try {
    writeFileSync(file, text, { mode: 0o600 })
    const code = await run(command, file, signals)
    if (code !== 0 || signals.received) throw failure(command, code)
    return readFileSync(file, 'utf8')
  } finally {
    remove()
    process.off('exit', remove)
    signals.stop()
    if (signals.received) process.kill(process.pid, signals.received)
  }
}

/** The exit code of the editor's shell; null when a signal ended it. */
function run(command: string, file: string, signals: PassedOn): Promise<number | null> {
  return new Promise(resolve => {
    const child = spawn(`${command} "${file}"`, { stdio: 'inherit', shell: true })
    child.on('error', () => resolve(null))
    child.on('close', resolve)
    signals.to(child)
  })
}

interface PassedOn {
  /** The signal that asked this process to end, if one did. */
  readonly received: NodeJS.Signals | undefined
  /** The receiver of the signals, including an earlier one. */
  to(child: ChildProcess): void
  stop(): void
}

/** Ctrl-C belongs to the editor. A signal that would end this process ends the editor first, so the file is removed. */
function passOnSignals(): PassedOn {
  let editor: ChildProcess | undefined
  let received: NodeJS.Signals | undefined
  const ignore = () => {}
  const end = (signal: NodeJS.Signals) => {
    received = signal
    editor?.kill(signal)
  }
  process.on('SIGINT', ignore)
  process.on('SIGTERM', end)
  process.on('SIGHUP', end)
  return {
    get received() {
      return received
    },
    to(child) {
      editor = child
      if (received) child.kill(received)
    },
    stop() {
      process.off('SIGINT', ignore)
      process.off('SIGTERM', end)
      process.off('SIGHUP', end)
    },
  }
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
