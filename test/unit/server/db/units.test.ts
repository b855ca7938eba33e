import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { CompiledQuery, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database, Handle } from '../../../../server/db/database.ts'
import { openDatabase } from '../../../../server/db/open.ts'
import { createScope, createUnit } from '../../../../server/db/unit/unit.ts'
import { isForeignKeyViolation, isUniqueViolation } from '../../../../server/db/violations.ts'
import { ENGINES, migratedPlace, type Place } from '../../../support/databases.ts'

const facts = ({ db, changed }: Handle) => ({
  changed,
  set: (key: string, value = 'x') => db.insertInto('server_facts').values({ key, value }).execute(),
  get: async (key: string) =>
    (await db.selectFrom('server_facts').select('value').where('key', '=', key).executeTakeFirst())?.value,
  /** Takes some 50 ms. */
  slow: (key: string) =>
    sql`WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 300000)
      INSERT INTO server_facts (key, value) SELECT ${sql.lit(key)}, CAST(max(n) AS TEXT) FROM c`.execute(db),
  broken: () =>
    db
      .insertInto('secrets')
      .values({ id: 's', vault_id: 'none', path: 'p', latest_version: 1, created_at: 1, mac: '' })
      .execute(),
  transaction: () => db.transaction().execute(async inner => inner.selectFrom('orgs').selectAll().execute()),
})
type Facts = ReturnType<typeof facts>

describe.each(ENGINES)('a unit of work on %s', engine => {
  let place: Place
  let database: Database<Facts>

  beforeAll(async () => {
    place = await migratedPlace(engine)
    database = await openDatabase(place.options, facts)
  })
  afterAll(async () => {
    await database?.close()
    await place?.remove()
  })

  it('is committed when it resolves, and returns the result', async () => {
    expect(
      await database.run(async unit => {
        await unit.set('committed', '1')
        return unit.get('committed')
      }),
    ).toBe('1')
    expect(await database.read(store => store.get('committed'))).toBe('1')
  })

  it('is rolled back when its work throws, and rejects with the thrown error', async () => {
    const thrown = new Error('changed my mind')
    const run = database.run(async unit => {
      await unit.set('undone')
      throw thrown
    })
    await expect(run).rejects.toBe(thrown)
    expect(await database.read(store => store.get('undone'))).toBeUndefined()
  })

  it('that failed because of another one is told so once the other’s writes are visible', async () => {
    const collide = async (key: string) => {
      await database
        .run(unit => unit.set(key))
        .catch(async error => {
          expect(isUniqueViolation(error)).toBe(true)
          expect(await database.read(store => store.get(key))).toBe('x')
        })
    }
    for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 8 }, () => collide(`collided-${round}`)))
  })

  it('fails alone among those that run at the same time', async () => {
    const runs = Array.from({ length: 100 }, (_, index) =>
      database.run(async unit => {
        await unit.set(`crowd-${index}`)
        if (index % 7 === 3) throw new Error(`no ${index}`)
        if (index % 7 === 5) await unit.set(`crowd-${index}`)
        return index
      }),
    )
    const outcomes = await Promise.allSettled(runs)
    for (const [index, outcome] of outcomes.entries()) {
      const good = index % 7 !== 3 && index % 7 !== 5
      expect(outcome.status, `unit ${index}`).toBe(good ? 'fulfilled' : 'rejected')
      expect(await database.read(store => store.get(`crowd-${index}`))).toBe(good ? 'x' : undefined)
    }
  })

  it('is rolled back by a failed statement, even if the work continues', async () => {
    const run = database.run(async unit => {
      await unit.set('lost')
      await unit.set('lost').catch(() => {})
      await expect(unit.get('lost')).rejects.toSatisfy(isUniqueViolation)
      await unit.set('afterwards').catch(() => {})
      return 'fine'
    })
    await expect(run).rejects.toSatisfy(isUniqueViolation)
    expect(await database.read(store => store.get('lost'))).toBeUndefined()
    expect(await database.read(store => store.get('afterwards'))).toBeUndefined()
  })

  it('distinguishes broken constraints', async () => {
    await database.run(unit => unit.set('unique'))
    const twice = await database.run(unit => unit.set('unique')).catch((error: unknown) => error)
    const orphan = await database.run(unit => unit.broken()).catch((error: unknown) => error)
    expect([twice, orphan].map(isUniqueViolation)).toEqual([true, false])
    expect([twice, orphan].map(isForeignKeyViolation)).toEqual([false, true])
    expect(isUniqueViolation(new Error('UNIQUE constraint failed'))).toBe(false)
    expect(isUniqueViolation({ code: '23505' })).toBe(false)
  })

  it('does not show the row that broke a constraint', async () => {
    await database.run(unit => unit.set('a-secret-key'))
    const error = await database.run(unit => unit.set('a-secret-key')).catch((thrown: unknown) => thrown)
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('a-secret-key')
  })

  it('refuses run, read and check inside run at once, and allows them after it', async () => {
    await database.run(async () => {
      await expect(database.run(async () => {})).rejects.toThrow('inside run')
      await expect(database.read(async () => {})).rejects.toThrow('inside run')
      await expect(database.check()).rejects.toThrow('inside run')
    })
    const ended = Promise.withResolvers<void>()
    let later: Promise<string | undefined> | undefined
    await database.run(async unit => {
      await unit.set('later', 'now')
      later = ended.promise.then(() => database.read(store => store.get('later')))
    })
    ended.resolve()
    expect(await later).toBe('now')
  })

  it('refuses stores of an ended unit, or of a read', async () => {
    let left: Facts | undefined
    let forReads: Facts | undefined
    await database.read(async store => {
      forReads = store
    })
    await database.run(async unit => {
      left = unit
      await expect(forReads?.get('x')).rejects.toThrow('inside run')
    })
    await expect(left?.get('x')).rejects.toThrow('outside run')
  })

  it('keeps a query that was not awaited out of other units', async () => {
    const inAnother = Promise.withResolvers<void>()
    let stray: Promise<unknown> | undefined
    await database.run(async unit => {
      stray = Promise.all([unit.set('stray-1'), unit.set('stray-2'), unit.set('stray-3')])
      stray.catch(() => {})
      await unit.set('kept')
      stray = inAnother.promise.then(() => unit.set('stray-4'))
      stray.catch(() => {})
    })
    await database.run(async unit => {
      inAnother.resolve()
      await expect(stray).rejects.toThrow()
      await unit.set('other')
    })
    expect(await database.read(store => store.get('stray-4'))).toBeUndefined()
    expect(await database.read(store => store.get('kept'))).toBe('x')
  })

  it('refuses at its end what it has not sent: PostgreSQL gets everything at once', async () => {
    let first: Promise<unknown> | undefined
    let second: Promise<unknown> | undefined
    await database.run(async unit => {
      first = unit.slow('left-behind-1')
      second = unit.set('left-behind-2')
      second.catch(() => {})
      // The first has started.
      await turn()
    })
    await first
    expect(await database.read(store => store.get('left-behind-1'))).toBe('300000')
    const isSent = engine === 'postgres'
    if (isSent) await second
    else await expect(second).rejects.toThrow('a promise was not awaited')
    expect(await database.read(store => store.get('left-behind-2'))).toBe(isSent ? 'x' : undefined)
  })

  it('runs concurrent statements one after the other', async () => {
    const warnings: Error[] = []
    const hear = (warning: Error) => warnings.push(warning)
    process.on('warning', hear)
    const values = await database.run(async unit => {
      await Promise.all([1, 2, 3, 4, 5].map(index => unit.set(`parallel-${index}`, String(index))))
      return Promise.all([1, 2, 3, 4, 5].map(index => unit.get(`parallel-${index}`)))
    })
    expect(values).toEqual(['1', '2', '3', '4', '5'])
    await new Promise(resolve => setImmediate(resolve))
    process.off('warning', hear)
    expect(warnings).toEqual([])
  })

  it('runs in the async context of its caller', async () => {
    const request = new AsyncLocalStorage<number>()
    const seen = await Promise.all(
      [1, 2, 3].map(id =>
        request.run(id, () =>
          database.run(async unit => {
            await unit.get('x')
            return request.getStore()
          }),
        ),
      ),
    )
    expect(seen).toEqual([1, 2, 3])
  })

  it('is the only transaction: that of Kysely is refused', async () => {
    await expect(database.run(unit => unit.transaction())).rejects.toThrow('use Database.run')
  })

  it('rejects when its work throws before its first await', async () => {
    const work = (): Promise<never> => {
      throw new Error('at once')
    }
    await expect(database.run(work)).rejects.toThrow('at once')
  })

  it('is refused after close, which waits for running units', async () => {
    const other = await migratedPlace(engine)
    const closing = await openDatabase(other.options, facts)
    const underWay = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const run = closing.run(async unit => {
      await unit.set('last', 'kept')
      underWay.resolve()
      await goOn.promise
      return unit.get('last')
    })
    await closing.read(store => store.get('x'))
    await underWay.promise
    const closed = [closing.close(), closing.close()]
    goOn.resolve()
    expect(await run).toBe('kept')
    await Promise.all(closed)
    await expect(closing.run(async () => {})).rejects.toMatchObject({ code: 'database.unavailable' })
    await expect(closing.read(store => store.get('x'))).rejects.toMatchObject({ code: 'database.unavailable' })
    await expect(closing.check()).rejects.toMatchObject({ code: 'database.unavailable' })

    const again = await openDatabase(other.options, facts)
    expect(await again.read(store => store.get('last'))).toBe('kept')
    await again.close()
    await other.remove()
  })

  it('passes the health check', async () => {
    await database.check()
    await Promise.all([database.check(), database.check()])
  })
})

describe('a unit of work that hangs', () => {
  it('is given up, and does nothing more afterwards', async () => {
    const scope = createScope(20)
    const givenUp = Promise.withResolvers<void>()
    const unit = createUnit(async () => ({ rows: [] }))
    const late = givenUp.promise.then(() => unit.execute(CompiledQuery.raw('SELECT 1')))
    late.catch(() => {})
    const work = scope.perform(unit, async () => late)
    await expect(work).rejects.toMatchObject({ code: 'database.unavailable', message: expect.stringContaining('too long') })
    givenUp.resolve()
    await expect(late).rejects.toThrow('after its unit of work had ended')
  })
})
