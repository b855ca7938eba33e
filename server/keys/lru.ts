export interface Lru<Value> {
  /** The value, which becomes the most recently used. */
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  delete(key: string): void
  clear(): void
  readonly size: number
}

/** A map of at most `limit` entries; the one used longest ago goes first. `dropped` sees every value that leaves. */
export function lru<Value>(limit: number, dropped: (value: Value) => void = () => {}): Lru<Value> {
  const entries = new Map<string, Value>()
  const remove = (key: string): void => {
    const value = entries.get(key)
    if (value !== undefined && entries.delete(key)) dropped(value)
  }
  return {
    get(key) {
      const value = entries.get(key)
      if (value === undefined) return undefined
      // A Map iterates in the order of insertion, so putting it back makes it the newest.
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key, value) {
      remove(key)
      entries.set(key, value)
      if (entries.size <= limit) return
      const oldest = entries.keys().next()
      if (!oldest.done) remove(oldest.value)
    },
    delete: remove,
    clear() {
      for (const key of [...entries.keys()]) remove(key)
    },
    get size() {
      return entries.size
    },
  }
}
