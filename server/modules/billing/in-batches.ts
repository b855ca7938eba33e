interface Waiting<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

/**
 * Batches callers with the same key: all that arrive while the work is running share its next run. `work` gets their number and returns a
 * result for each, in the order of arrival.
 */
export function inBatches<T>(work: (key: string, count: number) => Promise<readonly T[]>): (key: string) => Promise<T> {
  const queues = new Map<string, Waiting<T>[]>()

  async function serve(key: string): Promise<void> {
    for (let callers = queues.get(key) ?? []; callers.length > 0; callers = queues.get(key) ?? []) {
      queues.set(key, [])
      try {
        const answers = await work(key, callers.length)
        for (const [index, { resolve }] of callers.entries()) resolve(answers[index] as T)
      } catch (error) {
        for (const { reject } of callers) reject(error)
      }
    }
    queues.delete(key)
  }

  return key =>
    new Promise<T>((resolve, reject) => {
      const queue = queues.get(key)
      if (queue) queue.push({ resolve, reject })
      else {
        queues.set(key, [{ resolve, reject }])
        void serve(key)
      }
    })
}
