import type { Database } from './database.ts'

export interface LiveCacheOptions<K extends string, V> {
  /** Reads the value behind a key. A rejection is passed on and not kept. */
  readonly load: (key: K) => Promise<V>
  /** The topic, or topics, of `Handle.changed` that invalidate the value. Called with the loaded value, so it can depend on it. */
  readonly topic: (key: K, value: V) => string | readonly string[]
  /** The maximum number of entries; beyond that the least recently used one is dropped. */
  readonly max: number
  /** Age in ms, counted from the start of its load, at which a value is loaded again. The database's `trustMs` by default. */
  readonly trustMs?: number | undefined
  readonly database: Pick<Database<unknown>, 'onChange' | 'trustMs'>
  /** Monotonic milliseconds. */
  readonly clock?: (() => number) | undefined
}

export interface LiveCache<K extends string, V> {
  /**
   * The value itself if it is cached, otherwise a promise of it: `await` handles both, and a caller that cannot afford a tick of the event
   * loop can check first. Concurrent misses of the same key share one load.
   */
  get(key: K): V | Promise<V>
  /** The value, if it is cached; nothing is loaded. */
  peek(key: K): V | undefined
  /** Reads several values at once and caches them like those of `get`. Returns the same values, cached or not. */
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
 * A read-through cache that is invalidated by the changes of `run`. After a `run` has resolved, `get` never returns an older value, here at
 * once and in other processes within `trustMs`: a load that was running when a change arrived is not joined afterwards, and its value is
 * not kept if the change concerns it.
 */
export function liveCache<K extends string, V>(options: LiveCacheOptions<K, V>): LiveCache<K, V> {
  const { load, topic, max, database, trustMs = database.trustMs, clock = () => performance.now() } = options
  const entries = new Map<K, Entry<V>>()
  const keysOf = new Map<string, Set<K>>()
  const loading = new Map<K, Load<V>>()
  /** For each running load, the topics that have changed since it started. */
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

  /** A trusted entry, which becomes the newest; while there is enough room the order does not matter. */
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
    // The affected loads are only known when they are done, and a caller that saw the change must not get an older value.
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
