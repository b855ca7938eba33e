import type { Output } from '../terminal.ts'

/** Passes pages on and says on stderr how far it is: one line that changes on a terminal, a line now and then elsewhere. */
export async function* counted<T>(
  pages: AsyncIterable<readonly T[]>,
  total: number,
  stderr: Output | undefined,
): AsyncGenerator<readonly T[]> {
  let seen = 0
  let said = 0
  for await (const page of pages) {
    yield page
    seen += page.length
    if (stderr?.isTTY) stderr.write(`\r${seen} of ${total} events`)
    else if (seen - said >= 50_000) stderr?.write(`${seen} of ${total} events\n`)
    if (seen - said >= 50_000) said = seen
  }
  if (stderr?.isTTY) stderr.write('\r\u001b[K')
}
