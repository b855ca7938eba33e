/** The terminal that a person sits at, while a program has another one of ours. */
import { spawnSync } from 'node:child_process'
import type { WriteStream } from 'node:tty'
import { Problem } from '../../../problem.ts'
import type { Pty, Size } from './pty.ts'

/** Its size; a terminal that does not know it has the usual one. */
export function sizeOf(terminal: WriteStream): Size {
  return { columns: terminal.columns || 80, rows: terminal.rows || 24 }
}

/**
 * Passes all keys on as they are, until the answer is called. Node's own raw mode still adds carriage returns to what a program draws;
 * `stty` also copies erase keys and character sets to the new terminal.
 * @throws Problem `config.invalid` without `stty`.
 */
export function passKeysTo(pty: Pty): () => void {
  const settings = stty(0, '-g').trim()
  stty(pty.write, settings)
  stty(0, 'raw', '-echo')
  const restore = () => void stty(0, settings)
  process.once('exit', restore)
  const { stdin } = process
  const type = (keys: Buffer) => pty.type(keys)
  stdin.on('data', type)
  stdin.resume()
  return () => {
    stdin.off('data', type)
    stdin.pause()
    process.off('exit', restore)
    restore()
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
