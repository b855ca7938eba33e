import type { Output } from '../context/terminal.ts'

/** Says on stderr how far something is: one line that changes on a terminal, a line every so often elsewhere. */
export interface Progress {
  add(count: number): void
  /** Takes the changing line away. */
  end(): void
}

/** `stderr` undefined: nothing is said. */
export function progress(stderr: Output | undefined, total: number, what: string, every: number): Progress {
  let seen = 0
  let said = 0
  return {
    add(count) {
      seen += count
      if (stderr?.isTTY) stderr.write(`\r\u001b[K${seen} of ${total} ${what}`)
      else if (seen - said >= every) {
        stderr?.write(`${seen} of ${total} ${what}\n`)
        said = seen
      }
    },
    end() {
      if (stderr?.isTTY) stderr.write('\r\u001b[K')
    },
  }
}
