export interface Changes {
  listen(listener: (topic: string) => void): void
  /** Notifies every listener. `*` means any topic. A listener that throws stops neither the others nor the caller. */
  deliver(topic: string): void
}

export function createChanges(): Changes {
  const listeners: ((topic: string) => void)[] = []
  return {
    listen(listener) {
      listeners.push(listener)
    },
    deliver(topic) {
      for (const listener of listeners)
        try {
          listener(topic)
        } catch (error) {
          // The change is committed, so its `run` must not reject; but a cache that failed to clear is a bug that must be visible.
          queueMicrotask(() => {
            throw error
          })
        }
    },
  }
}
