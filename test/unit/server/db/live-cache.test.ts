import { describe, expect, it } from 'vitest'
import type { Handle } from '../../../../server/db/database.ts'
import { type LiveCacheOptions, liveCache } from '../../../../server/db/live-cache.ts'
import { openDatabase } from '../../../../server/db/open.ts'
import { ENGINES, migratedPlace } from '../../../support/databases.ts'

/** A cache whose loads the test answers by hand. */
function world(options: Partial<LiveCacheOptions<string, string>> = {}) {
  const listeners: ((topic: string) => void)[] = []
  const loads: { key: string; resolve: (value: string) => void; reject: (error: Error) => void }[] = []
  let now = 0
  const cache = liveCache<string, string>({
    load: key => new Promise((resolve, reject) => loads.push({ key, resolve, reject })),
    topic: key => `t:${key}`,
    max: 3,
    database: { trustMs: Number.POSITIVE_INFINITY, onChange: listener => void listeners.push(listener) },
    clock: () => now,
    ...options,
  })
  return {
    cache,
    loads,
    change: (topic: string) => {
      for (const listener of listeners) listener(topic)
    },
    pass: (ms: number) => {
      now += ms
    },
    /** Gets a key that is not cached, and answers its load. */
    async fill(key: string, value: string) {
      const got = cache.get(key)
      loads.at(-1)?.resolve(value)
      expect(await got).toBe(value)
    },
  }
}

describe('a live cache', () => {
  it('loads a key once and then returns its value at once', async () => {
    const { cache, loads, fill } = world()
    await fill('a', '1')
    expect(cache.get('a')).toBe('1')
    expect(loads).toHaveLength(1)
  })

  it('shares one load among callers that miss at the same time', async () => {
    const { cache, loads } = world()
    const gets = [cache.get('a'), cache.get('a'), cache.get('b')]
    expect(loads.map(({ key }) => key)).toEqual(['a', 'b'])
    loads[0]?.resolve('1')
    loads[1]?.resolve('2')
    expect(await Promise.all(gets)).toEqual(['1', '1', '2'])
  })

  it('drops what a topic concerns, and everything on *', async () => {
    const { cache, change, fill, loads } = world()
    await fill('a', '1')
    await fill('b', '2')
    change('t:a')
    expect(cache.get('b')).toBe('2')
    await fill('a', '3')
    change('t:none')
    expect(cache.size).toBe(2)
    change('*')
    expect(cache.size).toBe(0)
    await fill('b', '4')
    expect(loads).toHaveLength(4)
  })

  it('derives one or more topics from the value', async () => {
    const { cache, change, fill } = world({ topic: (key, value) => [`key:${key}`, `owner:${value}`] })
    await fill('a', 'ann')
    await fill('b', 'bob')
    await fill('c', 'bob')
    change('owner:bob')
    expect(cache.size).toBe(1)
    change('key:a')
    expect(cache.size).toBe(0)
  })

  it('does not keep what was loaded while it changed', async () => {
    const { cache, change, loads, fill } = world()
    const got = cache.get('a')
    change('t:a')
    loads[0]?.resolve('old')
    expect(await got).toBe('old')
    expect(cache.size).toBe(0)
    await fill('a', 'new')
    expect(cache.get('a')).toBe('new')
  })

  it('keeps what was read together, except what changed since', async () => {
    const { cache, change, loads } = world()
    const { promise, resolve } = Promise.withResolvers<void>()
    const values = new Map([
      ['a', '1'],
      ['b', '1'],
    ])
    const filled = cache.fill(() => promise.then(() => values))
    change('t:b')
    resolve()
    expect(await filled).toBe(values)
    expect([cache.peek('a'), cache.peek('b')]).toEqual(['1', undefined])
    expect(cache.get('a')).toBe('1')
    expect(loads).toHaveLength(0)
  })

  it('keeps what was loaded while something else changed', async () => {
    const { cache, change, loads } = world()
    const got = cache.get('a')
    change('t:b')
    loads[0]?.resolve('1')
    await got
    expect(cache.get('a')).toBe('1')
  })

  it('does not let a caller after a change join a load from before it', async () => {
    const { cache, change, loads } = world()
    const before = cache.get('a')
    change('t:a')
    const after = cache.get('a')
    expect(loads).toHaveLength(2)
    loads[1]?.resolve('new')
    expect(await after).toBe('new')
    loads[0]?.resolve('old')
    expect(await before).toBe('old')
    expect(cache.get('a')).toBe('new')
  })

  it('does not replace a newer value by an older load that ends later', async () => {
    const { cache, change, loads, pass } = world()
    const slow = cache.get('a')
    pass(1)
    change('t:other')
    const quick = cache.get('a')
    loads[1]?.resolve('newer')
    await quick
    loads[0]?.resolve('older')
    await slow
    expect(cache.get('a')).toBe('newer')
  })

  it('loads again when a value is too old, counted from the start of its load', async () => {
    const { cache, loads, pass } = world({ trustMs: 500 })
    const got = cache.get('a')
    pass(300)
    loads[0]?.resolve('1')
    await got
    pass(199)
    expect(cache.get('a')).toBe('1')
    pass(1)
    expect(cache.get('a')).toBeInstanceOf(Promise)
    expect(loads).toHaveLength(2)
    pass(500)
    expect(cache.get('a')).toBeInstanceOf(Promise)
    expect(loads).toHaveLength(3)
  })

  it('holds at most its limit, and drops the least recently used', async () => {
    const { cache, fill } = world()
    for (const key of ['a', 'b', 'c']) await fill(key, key)
    expect(cache.get('a')).toBe('a')
    await fill('d', 'd')
    expect(cache.size).toBe(3)
    expect(cache.get('a')).toBe('a')
    expect(cache.get('b')).toBeInstanceOf(Promise)
  })

  it('passes a failure to all waiting callers, and does not keep it', async () => {
    const { cache, loads, fill } = world()
    const gets = [cache.get('a'), cache.get('a')]
    loads[0]?.reject(new Error('no'))
    for (const got of gets) await expect(got).rejects.toThrow('no')
    await fill('a', '1')
  })

  it('keeps undefined as a value', async () => {
    let loads = 0
    const cache = liveCache<string, undefined>({
      load: async () => void loads++,
      topic: key => key,
      max: 1,
      database: { trustMs: 1000, onChange: () => {} },
    })
    await cache.get('a')
    expect(cache.get('a')).toBeUndefined()
    expect(loads).toBe(1)
  })
})

describe.each(ENGINES)('a live cache over %s', engine => {
  it('never returns an older value after run', async () => {
    const place = await migratedPlace(engine)
    const database = await openDatabase(place.options, (handle: Handle) => handle)
    const cache = liveCache({
      database,
      max: 10,
      topic: (key: string) => `fact:${key}`,
      load: key =>
        database.read(async ({ db }) => {
          const row = await db.selectFrom('server_facts').select('value').where('key', '=', key).executeTakeFirst()
          return row?.value
        }),
    })
    await database.run(({ db }) => db.insertInto('server_facts').values({ key: 'k', value: '0' }).execute())
    let over = false
    const readers = [1, 2, 3].map(async () => {
      while (!over) {
        await cache.get('k')
        await new Promise(resolve => setImmediate(resolve))
      }
    })
    for (let value = 1; value <= 100; value++) {
      await database.run(async ({ db, changed }) => {
        await db
          .updateTable('server_facts')
          .set({ value: String(value) })
          .where('key', '=', 'k')
          .execute()
        changed('fact:k')
      })
      expect(await cache.get('k')).toBe(String(value))
    }
    over = true
    await Promise.all(readers)
    await database.close()
    await place.remove()
  })
})
