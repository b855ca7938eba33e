/**
 * Runs tasks of the same key one after the other: writers of one path in this process queue instead of racing for the same version. The
 * conditional write protects against other processes.
 */
export function queueByKey(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>()
  return (key, task) => {
    const before = tails.get(key)
    const result = before ? before.then(task, task) : task()
    const tail = result
      .catch(() => undefined)
      .finally(() => {
        if (tails.get(key) === tail) tails.delete(key)
      })
    tails.set(key, tail)
    return result
  }
}
