const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

interface Leaving {
  /** Called for a signal that ends the program. */
  leave(exitCode: number): void
  /** Restores the terminal at once: a bug is about to end the program. */
  crash(): void
  /** Called for a signal that suspends the program. */
  stop(): void
}

/** Catches the signals that would end or stop the program while a value is on the screen. The returned function releases them. */
export function onExitSignals({ leave, crash, stop }: Leaving): () => void {
  const taken = Object.entries(SIGNALS).map(([name, code]) => [name, () => leave(code)] as const)
  for (const [name, take] of taken) process.on(name, take)
  process.prependListener('uncaughtException', crash)
  if (process.platform !== 'win32') process.on('SIGTSTP', stop)
  return () => {
    for (const [name, take] of taken) process.off(name, take)
    process.off('uncaughtException', crash)
    process.off('SIGTSTP', stop)
  }
}

/** Suspends this program and the others in its pipeline, as Ctrl-Z in a terminal does; `stop` is the handler to remove for that. */
export async function stopped(stop: () => void): Promise<void> {
  if (process.platform === 'win32') return
  process.off('SIGTSTP', stop)
  process.kill(0, 'SIGTSTP')
  // If no shell could resume it, the system does not suspend it.
  await new Promise(resolve => setImmediate(resolve))
  process.on('SIGTSTP', stop)
}
