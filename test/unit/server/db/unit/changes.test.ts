import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database, Handle } from '../../../../../server/db/database.ts'
import { openDatabase } from '../../../../../server/db/open.ts'
import { ENGINES, migratedPlace, type Place } from '../../../../support/databases.ts'
import { migratedPostgres, type PostgresDatabase } from '../../../../support/postgres.ts'

const whole = (handle: Handle) => handle

/** Everything that a database has announced to its listeners. */
function listen(database: Database<Handle>): string[] {
  const heard: string[] = []
  database.onChange(topic => heard.push(topic))
  return heard
}

describe.each(ENGINES)('a change on %s', engine => {
  let place: Place
  let database: Database<Handle>
  let heard: string[]

  beforeAll(async () => {
    place = await migratedPlace(engine)
    database = await openDatabase(place.options, whole)
    heard = listen(database)
  })
  afterAll(async () => {
    await database?.close()
    await place?.remove()
  })

  it('is announced after the commit and before run resolves, each topic once', async () => {
    const row = database.read(({ db }) => db.selectFrom('server_facts').selectAll().where('key', '=', 'told').execute())
    expect(await row).toEqual([])
    let seen: Promise<unknown[]> | undefined
    database.onChange(() => {
      seen ??= database.read(({ db }) => db.selectFrom('server_facts').selectAll().where('key', '=', 'told').execute())
    })
    heard.length = 0
    await database.run(async ({ db, changed }) => {
      changed('vault:1')
      changed('vault:1')
      changed('policy:2')
      await db.insertInto('server_facts').values({ key: 'told', value: 'x' }).execute()
      expect(heard).toEqual([])
    })
    expect(heard).toEqual(['vault:1', 'policy:2'])
    expect(await seen).toHaveLength(1)
  })

  it('is not announced when the unit is rolled back', async () => {
    heard.length = 0
    const run = database.run(async ({ changed }) => {
      changed('vault:1')
      throw new Error('no')
    })
    await expect(run).rejects.toThrow('no')
    await database.run(async ({ changed }) => changed('vault:2'))
    expect(heard).toEqual(['vault:2'])
  })

  it('can only be announced inside run', async () => {
    await expect(database.read(async ({ changed }) => changed('vault:1'))).rejects.toThrow('inside run')
    let left: Handle | undefined
    await database.run(async handle => {
      left = handle
    })
    expect(() => left?.changed('vault:1')).toThrow('outside run')
  })

  it('keeps caches valid without a limit only where no one else writes', () => {
    expect(database.trustMs).toBe(engine === 'sqlite' ? Number.POSITIVE_INFINITY : 500)
  })
})

describe('another process on PostgreSQL', () => {
  let place: PostgresDatabase
  let one: Database<Handle>
  let two: Database<Handle>

  beforeAll(async () => {
    place = await migratedPostgres()
    one = await openDatabase({ url: place.url }, whole)
    two = await openDatabase({ url: place.url }, whole)
  })
  afterAll(async () => {
    await one?.close()
    await two?.close()
    await place?.drop()
  })

  it('receives a change within a second, and never a rolled back one', async () => {
    const heard = listen(two)
    await one
      .run(async ({ changed }) => {
        changed('undone')
        throw new Error('no')
      })
      .catch(() => {})
    await one.run(async ({ changed }) => {
      changed('with spaces in it')
      changed('vault:1')
    })
    await expect.poll(() => heard.length, { timeout: 2000, interval: 5 }).toBe(2)
    expect(heard).toEqual(['with spaces in it', 'vault:1'])
  })

  it('does not receive its own changes', async () => {
    const heard = listen(one)
    await one.run(async ({ changed }) => changed('its own'))
    // They arrive in the order of their commits.
    await two.run(async ({ changed }) => changed('another'))
    await expect.poll(() => heard.includes('another')).toBe(true)
    expect(heard).toEqual(['its own', 'another'])
  })

  it('drops everything when its connection was lost, and receives changes again afterwards', async () => {
    const heard = listen(two)
    expect(await place.cut()).toBeGreaterThan(0)
    await expect
      .poll(() => heard.filter(topic => topic === '*').length, { timeout: 5000, interval: 10 })
      .toBeGreaterThanOrEqual(2)
    expect(new Set(heard)).toEqual(new Set(['*']))
    await expect
      .poll(
        () =>
          one.check().then(
            () => true,
            () => false,
          ),
        { timeout: 5000 },
      )
      .toBe(true)
    await one.run(async ({ changed }) => changed('again'))
    await expect.poll(() => heard.at(-1), { timeout: 2000, interval: 5 }).toBe('again')
  })
})
