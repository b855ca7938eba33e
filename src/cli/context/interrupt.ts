const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * For work whose result must not get lost half-way: the first Ctrl-C (or SIGTERM, SIGHUP) aborts the signal, and what is under way can end
 * and be told of. The second one ends the process as ever. `release` gives the signals back.
 */
export function interruption(): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  const release = () => {
    for (const name of SIGNALS) process.off(name, receive)
  }
  const receive = () => {
    release()
    controller.abort()
  }
  for (const name of SIGNALS) process.on(name, receive)
  return { signal: controller.signal, release }
}
