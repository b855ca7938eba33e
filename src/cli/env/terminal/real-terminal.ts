/** The person's real terminal, while a program has a pseudo-terminal. */
import { spawnSync } from 'node:child_process'
import { openSync } from 'node:fs'
import { isatty, ReadStream, type WriteStream } from 'node:tty'
import { Problem } from '../../../problem.ts'
import type { Pty, Size } from './pty.ts'

/** Its size; the usual size if the terminal does not know it. */
export function sizeOf(terminal: WriteStream): Size {
  return { columns: terminal.columns || 80, rows: terminal.rows || 24 }
}

/** The source of the keys. */
export interface Keyboard {
  /** The device of the terminal. */
  readonly fd: number
  /** Whether stdin is something else: a file or pipe. */
  readonly isBeside: boolean
}

/** Stdin, or the session's terminal if stdin is a file or pipe, as pagers do; nothing if there is none. */
export function keyboard(): Keyboard | undefined {
  if (isatty(0)) return { fd: 0, isBeside: false }
  try {
    return { fd: openSync('/dev/tty', 'r+'), isBeside: true }
  } catch {
    return undefined
  }
}

/**
 * Passes on all keys unchanged, until the returned function is called. Node.js' own raw mode still adds carriage returns to a program's
 * output; `stty` also copies erase keys and character sets to the new terminal. Next to a pipe, Ctrl-C stays a signal for the whole
 * pipeline.
 * @throws Problem `config.invalid` without `stty`
 */
export function passKeys({ fd, isBeside }: Keyboard, pty: Pty): () => void {
  const settings = stty(fd, '-g').trim()
  stty(pty.write, settings)
  stty(fd, 'raw', '-echo', ...(isBeside ? ['isig', 'susp', 'undef'] : []))
  const restore = () => void stty(fd, settings)
  process.once('exit', restore)
  const keys = isBeside ? new ReadStream(fd) : process.stdin
  const type = (typed: Buffer) => pty.type(typed)
  keys.on('data', type)
  keys.resume()
  return () => {
    keys.off('data', type)
    keys.pause()
    process.off('exit', restore)
    restore()
    if (isBeside) keys.destroy()
  }
}

/** Does not change the lines that the program writes: the terminal that shows them adds the line endings. */
export function drawAsWritten(pty: Pty): void {
  stty(pty.write, '-opost')
}

function stty(terminal: number, ...words: readonly string[]): string {
  const { status, stdout } = spawnSync('stty', words, { stdio: [terminal, 'pipe', 'ignore'], encoding: 'utf8' })
  if (status === 0) return stdout
  throw new Problem('config.invalid', '--mask=always could not set up the terminal: stty failed.', {
    hint: 'Install stty (coreutils), or pipe the output: `1claw run --mask -- … | cat`.',
  })
}
