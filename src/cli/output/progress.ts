import type { Output } from '../context/terminal.ts'

/** Shows progress on stderr: a bar on a terminal, an occasional line elsewhere. */
export interface Progress {
  add(count: number): void
  /** Removes the changing line. */
  end(): void
}

/** `stderr` undefined: nothing is shown. */
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
