/** A check that takes longer counts as failed. Milliseconds. */
const CHECK_MS = 2000

/** How long a check took, in milliseconds; undefined when it rejects or is too slow. */
export async function timeOf(check: () => Promise<unknown>): Promise<number | undefined> {
  const began = performance.now()
  const deadline = AbortSignal.timeout(CHECK_MS)
  const late = new Promise<never>((_, reject) =>
    deadline.addEventListener('abort', () => reject(deadline.reason), { once: true }),
  )
  return Promise.race([check(), late]).then(
    () => performance.now() - began,
    () => undefined,
  )
}
