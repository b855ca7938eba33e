import type { Output } from '../context/terminal.ts'
import { progress } from '../output/progress.ts'

const EVERY = 50_000

/** Passes on pages and shows the progress on stderr. */
export async function* counted<T>(
  pages: AsyncIterable<readonly T[]>,
  total: number,
  stderr: Output | undefined,
): AsyncGenerator<readonly T[]> {
  const shown = progress(stderr, total, 'events', EVERY)
  for await (const page of pages) {
    yield page
    shown.add(page.length)
  }
  shown.end()
}
