import type { Database } from './database.ts'

export interface LiveCacheOptions<K extends string, V> {
  /** Reads the value behind a key. A rejection is passed on and not kept. */
  readonly load: (key: K) => Promise<V>
  /** The topic, or topics, of `Handle.changed` that outdate the value. Called with what was loaded, so it may depend on it. */
  readonly topic: (key: K, value: V) => string | readonly string[]
  /** Entries at most; beyond that the one used longest ago is dropped. */
  readonly max: number
  /** Age in ms, counted from the start of its load, at which a value is loaded again. The database's `trustMs` by default. */
  readonly trustMs?: number | undefined
  readonly database: Pick<Database<unknown>, 'onChange' | 'trustMs'>
  /** Monotonic milliseconds. */
  readonly clock?: (() => number) | undefined
}

export interface LiveCache<K extends string, V> {
  /**
   * The value itself when it is cached, otherwise a promise of it: `await` does for both, and a caller who cannot afford the turn of
   * the event loop may look first. Misses of the same key at the same time share one load.
   */
  get(key: K): V | Promise<V>
  /** The value, if it is cached; nothing is loaded. */
  peek(key: K): V | undefined
  /** Reads several values in one go and keeps them like those of `get`. The same values, whether kept or not. */
  fill(read: () => Promise<ReadonlyMap<K, V>>): Promise<ReadonlyMap<K, V>>
  readonly size: number
}

interface Entry<V> {
  readonly value: V
  readonly since: number
  readonly topics: readonly string[]
}

interface Load<V> {
  readonly promise: Promise<V>
  readonly since: number
}

/**
 * A read-through cache that is dropped by what `run` says it has changed. After a `run` has resolved, `get` never returns what was true
 * before it, here at once and in other processes within `trustMs`: a load that was under way when a change came in is neither joined
 * after it, nor kept if the change concerns its value.
 */
export function liveCache<K extends string, V>(options: LiveCacheOptions<K, V>): LiveCache<K, V> {
  const { load, topic, max, database, trustMs = database.trustMs, clock = () => performance.now() } = options
  const entries = new Map<K, Entry<V>>()
  const keysOf = new Map<string, Set<K>>()
  const loading = new Map<K, Load<V>>()
  /** For each load under way, the topics that have changed since it began. */
  const changedDuring = new Set<Set<string>>()

  function drop(key: K): void {
    for (const name of entries.get(key)?.topics ?? []) {
      const keys = keysOf.get(name)
      keys?.delete(key)
      if (keys?.size === 0) keysOf.delete(name)
    }
    entries.delete(key)
  }

  function keep(key: K, entry: Entry<V>): void {
    drop(key)
    entries.set(key, entry)
    for (const name of entry.topics) {
      const keys = keysOf.get(name) ?? new Set()
      keysOf.set(name, keys.add(key))
    }
    const [oldest] = entries.keys()
    if (entries.size > max && oldest !== undefined) drop(oldest)
  }

  async function fetch(read: () => Promise<ReadonlyMap<K, V>>, since: number): Promise<ReadonlyMap<K, V>> {
    const changed = new Set<string>()
    changedDuring.add(changed)
    try {
      const values = await read()
      for (const [key, value] of values) {
        const names = topic(key, value)
        const topics = typeof names === 'string' ? [names] : names
        const outdated = changed.has('*') || topics.some(name => changed.has(name))
        const newer = (entries.get(key)?.since ?? since) > since
        if (!outdated && !newer) keep(key, { value, since, topics })
      }
      return values
    } finally {
      changedDuring.delete(changed)
    }
  }

  async function fetchOne(key: K, since: number): Promise<V> {
    const values = await fetch(async () => new Map([[key, await load(key)]]), since)
    return values.get(key) as V
  }

  /** An entry that is still trusted, now the newest; as long as there is much room the order does not matter. */
  function trusted(key: K): Entry<V> | undefined {
    const entry = entries.get(key)
    if (!entry || (trustMs !== Number.POSITIVE_INFINITY && clock() - entry.since >= trustMs)) return undefined
    if (entries.size * 2 < max) return entry
    entries.delete(key)
    entries.set(key, entry)
    return entry
  }

  function miss(key: K): Promise<V> {
    const since = clock()
    const running = loading.get(key)
    if (running && since - running.since < trustMs) return running.promise
    const promise = fetchOne(key, since).finally(() => {
      if (loading.get(key) === mine) loading.delete(key)
    })
    const mine: Load<V> = { promise, since }
    loading.set(key, mine)
    return mine.promise
  }

  database.onChange(name => {
    for (const changed of changedDuring) changed.add(name)
    // Which of them the change concerns shows only when they are done, and a caller who saw the change must not get what was before.
    loading.clear()
    if (name === '*') {
      entries.clear()
      keysOf.clear()
    } else for (const key of [...(keysOf.get(name) ?? [])]) drop(key)
  })

  return {
    get(key) {
      const entry = trusted(key)
      return entry ? entry.value : miss(key)
    },
    peek: key => trusted(key)?.value,
    fill: read => fetch(read, clock()),
    get size() {
      return entries.size
    },
  }
}
