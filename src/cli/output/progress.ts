import type { Output } from '../context/terminal.ts'

/** Says on stderr how far something is: a bar that grows on a terminal, a line every so often elsewhere. */
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
      if (stderr?.isTTY) stderr.write(`\r\u001b[K${barOf(seen, total)} ${seen} of ${total} ${what}`)
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

const WIDTH = 24

/** `[######------]` */
function barOf(seen: number, total: number): string {
  const full = total === 0 ? WIDTH : Math.min(WIDTH, Math.floor((seen / total) * WIDTH))
  return `[${'#'.repeat(full)}${'-'.repeat(WIDTH - full)}]`
}
