/** The progress of something that takes minutes, on stderr, so the table on stdout is not changed. */

/** The minimum time between two lines. */
const EVERY_MS = 5000

/**
 * Returns a function that is called with the number of completed parts out of `total`; the last call ends it, and prints the total time.
 */
export function progress(what: string, total: number): (done: number) => void {
  const began = performance.now()
  let last = began
  let isOver = false
  return done => {
    const now = performance.now()
    if (isOver || (done < total && now - last < EVERY_MS)) return
    last = now
    isOver = done >= total
    process.stderr.write(`  ${what}: ${String(done)} of ${String(total)}, ${((now - began) / 1000).toFixed(0)} s\n`)
  }
}
