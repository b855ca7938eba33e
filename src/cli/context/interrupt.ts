const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * For work whose result must not be lost: the first Ctrl-C (or SIGTERM, SIGHUP) aborts the signal, so that current work can finish and be
 * reported. The second one ends the process as usual. `release` restores the signals.
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
