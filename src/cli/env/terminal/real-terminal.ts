/** The terminal that a person sits at, while a program has another one of ours. */
import { spawnSync } from 'node:child_process'
import { openSync } from 'node:fs'
import { isatty, ReadStream, type WriteStream } from 'node:tty'
import { Problem } from '../../../problem.ts'
import type { Pty, Size } from './pty.ts'

/** Its size; a terminal that does not know it has the usual one. */
export function sizeOf(terminal: WriteStream): Size {
  return { columns: terminal.columns || 80, rows: terminal.rows || 24 }
}

/** Where keys come from. */
export interface Keyboard {
  /** Of the terminal. */
  readonly fd: number
  /** Stdin is something else: a file or pipe. */
  readonly isBeside: boolean
}

/** Stdin, or the terminal of the session where stdin is a file or pipe, as pagers do it; nothing where there is none. */
export function keyboard(): Keyboard | undefined {
  if (isatty(0)) return { fd: 0, isBeside: false }
  try {
    return { fd: openSync('/dev/tty', 'r+'), isBeside: true }
  } catch {
    return undefined
  }
}

/**
 * Passes all keys on as they are, until the answer is called. Node's own raw mode still adds carriage returns to what a program draws;
 * `stty` also copies erase keys and character sets to the new terminal. Beside a pipe Ctrl-C stays a signal for all of the pipeline.
 * @throws Problem `config.invalid` without `stty`.
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

/** Leaves lines as the program writes them: the terminal that shows them ends them itself. */
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
