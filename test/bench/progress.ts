/** How far something is that takes minutes, on stderr: the table on stdout stays as it is. */

/** A line at most this often. */
const EVERY_MS = 5000

/** Answers whom to tell how many of `total` are done; the last of them ends it, with the time that all of it took. */
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
