/** The targets of a program's three streams, and the masks on the way. */
import type { ChildProcess } from 'node:child_process'
import { isatty, type WriteStream } from 'node:tty'
import { Problem } from '../../../problem.ts'
import type { Masking } from '../child.ts'
import { type MaskedOutput, maskedOutput } from '../masked-output.ts'
import { openPipe } from '../pipe.ts'
import { openPty, type Pty } from './pty.ts'
import { drawAsWritten, keyboard, passKeys, sizeOf } from './real-terminal.ts'

export interface Streams {
  /** The values of stdin, stdout and stderr for `spawn`. */
  readonly stdio: (number | 'pipe' | 'inherit')[]
  /** The program's controlling terminal, with Ctrl-C and job control. */
  readonly terminal: Pty | undefined
  begin(child: ChildProcess): void
  /** The program has ended: releases what it has written. Returns 1 if that could not be written, else 0. */
  end(): Promise<number>
  /** The program did not start. */
  abandon(): void
}

/** @throws Problem `config.invalid` where a terminal is needed and none can be made, `usage` on Windows. */
export function streamsFor(mask: Masking | undefined, secrets: readonly string[]): Streams {
  const screen = mask === 'always' ? screenOf(secrets) : undefined
  const output = (to: NodeJS.WriteStream, fd: number) => {
    if (mask === undefined) return undefined
    return isatty(fd) ? screen?.output : maskedOutput({ to, secrets, pipe: openPipe() })
  }
  const outputs = [output(process.stdout, 1), output(process.stderr, 2)]
  const distinct = [...new Set(outputs)].filter(one => one !== undefined)
  const terminal = screen?.terminal
  return {
    stdio: [isatty(0) && terminal ? terminal.write : 'inherit', ...outputs.map(one => one?.stdio ?? 'inherit')],
    terminal,
    begin(child) {
      for (const one of distinct) one.begin(one === outputs[0] ? child.stdout : child.stderr)
      screen?.begin(child)
    },
    async end() {
      const codes = await Promise.all(distinct.map(one => one.end()))
      screen?.end()
      return Math.max(0, ...codes)
    },
    abandon() {
      for (const one of distinct) one.abandon()
      screen?.end()
    },
  }
}

interface Screen {
  readonly output: MaskedOutput
  readonly terminal: Pty | undefined
  begin(child: ChildProcess): void
  end(): void
}

/**
 * The program's screen output, if stdout or stderr is a terminal. If it is stdout, the program gets the new terminal as its own, with the
 * typed input. Otherwise it stays in the session of the real one, which provides keys and signals, and only writes to the new one.
 */
function screenOf(secrets: readonly string[]): Screen | undefined {
  const to = [process.stdout, process.stderr].find((_, index) => isatty(index + 1)) as WriteStream | undefined
  if (!to) return undefined
  if (process.platform === 'win32') {
    throw new Problem('usage', '--mask=always is not available on Windows.', {
      hint: 'Pipe the output: `1claw run --mask -- … | more`.',
    })
  }
  const pty = openPty(sizeOf(to))
  const keys = isatty(1) ? keyboard() : undefined
  if (!keys) drawAsWritten(pty)
  const release = keys && passKeys(keys, pty)
  let resize = () => {}
  return {
    output: maskedOutput({ to, secrets, pipe: pty, echo: true }),
    terminal: keys && pty,
    begin(child) {
      resize = () => {
        pty.resize(sizeOf(to))
        // The signal of the real terminal came before its new size was set.
        if (!keys) child.kill('SIGWINCH')
      }
      to.on('resize', resize)
    },
    end() {
      to.off('resize', resize)
      release?.()
    },
  }
}
