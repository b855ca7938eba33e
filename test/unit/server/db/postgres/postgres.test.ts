import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database, Handle } from '../../../../../server/db/database.ts'
import { openDatabase } from '../../../../../server/db/open.ts'
import { prepared } from '../../../../../server/db/prepared.ts'
import { emptyPostgres, migratedPostgres, type PostgresDatabase } from '../../../../support/postgres.ts'
import { startTcpProxy, type TcpProxy } from '../../../../support/tcp-proxy.ts'

const whole = (handle: Handle) => handle
const put =
  (key: string, value = '') =>
  ({ db }: Handle) =>
    db.insertInto('server_facts').values({ key, value }).execute()
const keys = ({ db }: Handle) => db.selectFrom('server_facts').select('key').orderBy('key').execute()
const ready = (database: Database<Handle>) =>
  database.check().then(
    () => true,
    () => false,
  )

describe('PostgreSQL', () => {
  let place: PostgresDatabase
  let database: Database<Handle>

  beforeAll(async () => {
    place = await migratedPostgres()
    database = await openDatabase({ url: place.url, poolSize: 4 }, whole)
  })
  afterAll(async () => {
    await database?.close()
    await place?.drop()
  })

  const fail =
    (state: string) =>
    ({ db }: Handle) =>
      sql`DO $$ BEGIN RAISE EXCEPTION 'made to fail' USING ERRCODE = ${sql.lit(state)}; END $$`.execute(db)

  it.each(['40001', '40P01'])('reruns a unit that lost a race (%s), and announces its changes once', async state => {
    const heard: string[] = []
    database.onChange(topic => heard.push(topic))
    let attempts = 0
    await database.run(async handle => {
      attempts += 1
      handle.changed(`attempt-${attempts}`)
      await put(`${state}-${attempts}`)(handle)
      if (attempts < 3) await fail(state)(handle)
    })
    expect(attempts).toBe(3)
    expect(heard).toEqual(['attempt-3'])
    const kept = (await database.read(keys)).map(({ key }) => key).filter(key => key.startsWith(state))
    expect(kept).toEqual([`${state}-3`])
  })

  it('gives up a unit that loses every time, and does not rerun one that failed otherwise', async () => {
    const attempts: Record<string, number> = {}
    const run = (state: string) =>
      database.run(async handle => {
        attempts[state] = (attempts[state] ?? 0) + 1
        await fail(state)(handle)
      })
    await expect(run('40001')).rejects.toMatchObject({ code: 'server.busy' })
    await expect(run('22012')).rejects.toMatchObject({ code: '22012' })
    await expect(run('53100')).rejects.toMatchObject({ code: 'storage.full', message: 'The disk is full' })
    await expect(run('57014')).rejects.toMatchObject({ code: 'database.unavailable' })
    expect(attempts).toEqual({ 40001: 4, 22012: 1, 53100: 1, 57014: 1 })
  })

  it('resolves a deadlock between two units', async () => {
    await database.run(async handle => {
      await put('left')(handle)
      await put('right')(handle)
    })
    const touch = ({ db }: Handle, key: string) =>
      db
        .updateTable('server_facts')
        .set(eb => ({ value: sql`${eb.ref('value')} || 'x'` }))
        .where('key', '=', key)
        .execute()
    let waiting = 2
    const meet = async () => {
      waiting -= 1
      for (let turn = 0; waiting > 0 && turn < 100; turn++) await new Promise(resolve => setTimeout(resolve, 10))
    }
    const both = (first: string, second: string) =>
      database.run(async handle => {
        await touch(handle, first)
        await meet()
        await touch(handle, second)
      })
    await Promise.all([both('left', 'right'), both('right', 'left')])
    const rows = await database.read(({ db }) =>
      db.selectFrom('server_facts').select('value').where('key', 'in', ['left', 'right']).execute(),
    )
    expect(rows).toEqual([{ value: 'xx' }, { value: 'xx' }])
  })

  describe('with units that wait', () => {
    const transactionOf = ({ db }: Handle) =>
      sql<{ id: string }>`SELECT pg_current_xact_id()::text AS id`.execute(db).then(({ rows }) => rows[0]?.id)

    /** Keeps every transaction busy while `start` starts units, so that they wait for each other. */
    async function whileBusy<T>(start: () => readonly Promise<T>[]): Promise<Promise<T>[]> {
      const { promise: gate, resolve: open } = Promise.withResolvers<void>()
      const busy = [1, 2].map(() => database.run(() => gate))
      const waiting = [...start()]
      for (const unit of waiting) unit.catch(() => {})
      open()
      await Promise.all(busy)
      return waiting
    }

    it('commits them together, and rolls back only the one that fails', async () => {
      const unit = (key: string) =>
        database.run(async handle => {
          await put(key)(handle)
          if (key === 'mate-2') throw new Error('made to fail')
          return transactionOf(handle)
        })
      const units = await whileBusy(() => Array.from({ length: 60 }, (_, number) => unit(`mate-${number}`)))
      const ids = (await Promise.allSettled(units)).flatMap(it => (it.status === 'fulfilled' ? [it.value] : []))
      expect(ids).toHaveLength(59)
      expect(new Set(ids).size).toBeLessThan(ids.length)
      const kept = (await database.read(keys)).map(({ key }) => key).filter(key => key.startsWith('mate'))
      expect(kept).toHaveLength(59)
      expect(kept).not.toContain('mate-2')
    })

    it('runs a unit that needs another unit’s lock separately, so that no other waits for it', async () => {
      await database.run(put('held'))
      const other = new pg.Client({ connectionString: place.url })
      await other.connect()
      await other.query(`BEGIN; SELECT 1 FROM server_facts WHERE key = 'held' FOR UPDATE`)
      const remove = (key: string): Promise<unknown> =>
        database.run(({ db }) => db.deleteFrom('server_facts').where('key', '=', key).execute())
      const units = await whileBusy<unknown>(() => [database.run(put('first')), remove('held'), database.run(put('last'))])
      await Promise.all([units[0], units[2]])
      await other.query('COMMIT')
      await units[1]
      await other.end()
      const kept = (await database.read(keys)).map(({ key }) => key)
      expect(kept).toEqual(expect.arrayContaining(['first', 'last']))
      expect(kept).not.toContain('held')
    })
  })

  it('fails running units when its connections are cut, and recovers', async () => {
    const slow = database.run(async handle => {
      await put('cut')(handle)
      await place.cut()
      await put('cut-2')(handle)
    })
    await expect(slow).rejects.toMatchObject({ code: 'database.unavailable', message: 'The database is not available' })
    await expect.poll(() => ready(database)).toBe(true)
    expect((await database.read(keys)).map(({ key }) => key)).not.toContain('cut')
    await database.run(put('after the cut'))
    expect((await database.read(keys)).map(({ key }) => key)).toContain('after the cut')
  })

  it('queues more units than there are connections', async () => {
    await Promise.all(Array.from({ length: 60 }, (_, index) => database.run(put(`many-${index}`))))
    expect((await database.read(keys)).filter(({ key }) => key.startsWith('many-'))).toHaveLength(60)
  })

  it('is not ready while it cannot be written to', async () => {
    const name = new URL(place.url).pathname.slice(1)
    await place.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`)
    await place.cut()
    await expect.poll(() => database.check().then(() => '', String)).toContain('cannot be written to')
    await expect(database.run(put('refused'))).rejects.toMatchObject({ code: 'database.unavailable' })
    const alter = new URL(place.url)
    alter.searchParams.set('options', '-c default_transaction_read_only=off')
    const writable = await openDatabase({ url: alter.href }, whole)
    await writable.run(({ db }) => sql`ALTER DATABASE ${sql.id(name)} RESET default_transaction_read_only`.execute(db))
    await writable.close()
    await place.cut()
    await expect.poll(() => ready(database)).toBe(true)
  })

  it('survives a migration that changes what its prepared statements return', async () => {
    const left = { key: 'left', value: 'xx' }
    const stores = (handle: Handle) =>
      prepared(handle, (db, p: { key: string }) => db.selectFrom('server_facts').selectAll().where('key', '=', p.key))
    const other = await openDatabase({ url: place.url, poolSize: 1 }, stores)
    const read = async () => (await other.read(find => find({ key: 'left' }))).rows
    const unit = async () => (await other.run(find => find({ key: 'left' }))).rows
    expect(await read()).toEqual([left])
    await place.query('ALTER TABLE server_facts ADD COLUMN extra TEXT')
    expect(await read()).toEqual([{ ...left, extra: null }])
    expect(await unit()).toEqual([{ ...left, extra: null }])
    await place.query('ALTER TABLE server_facts DROP COLUMN extra')
    expect(await unit()).toEqual([left])
    expect(await read()).toEqual([left])
    await other.close()
  })
})

describe('a PostgreSQL that cannot be opened', () => {
  const refusal = (url: string) =>
    openDatabase({ url }, whole).then(
      () => undefined,
      (error: unknown) => error,
    )

  it.each(['mysql://root:hunter2@localhost/x', 'postgres://:hunter2', 'hunter2'])(
    'because of its URL is refused without showing the URL',
    async url => {
      const error = await refusal(url)
      expect(error).toMatchObject({ code: 'config.invalid' })
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2')
    },
  )

  it('because nothing listens there is reported with its host', async () => {
    const error = await refusal('postgres://somebody:hunter2@127.0.0.1:1/x')
    expect(error).toMatchObject({ code: 'database.unavailable', message: 'PostgreSQL at 127.0.0.1:1 cannot be reached.' })
  })

  it('because of the password or the name is reported as a fault of the settings', async () => {
    const place = await emptyPostgres()
    const url = new URL(place.url)
    url.pathname = '/no_such_database'
    expect(await refusal(url.href)).toMatchObject({ code: 'config.invalid' })
    url.password = 'hunter2'
    const error = await refusal(url.href)
    expect(error).toMatchObject({ code: 'config.invalid', message: expect.stringContaining(url.host) })
    expect(String(error)).not.toContain('hunter2')
    await place.drop()
  })
})

describe('PostgreSQL behind a bad network', () => {
  let place: PostgresDatabase
  let proxy: TcpProxy
  let database: Database<Handle>

  beforeEach(async () => {
    place = await migratedPostgres()
    proxy = await startTcpProxy(place.url)
    database = await openDatabase({ url: proxy.url }, whole)
  })
  afterEach(async () => {
    await database?.close()
    await proxy?.close()
    await place?.drop()
  })

  it('keeps no caller waiting for long when it does not answer, and is ready when it answers again', {
    timeout: 30_000,
  }, async () => {
    await Promise.all([database.check(), database.run(put('before')), database.read(keys)])
    proxy.freeze(true)
    const start = performance.now()
    const within = async (limit: number, promise: Promise<unknown>) => {
      await expect(promise).rejects.toMatchObject({ code: 'database.unavailable' })
      expect(performance.now() - start).toBeLessThan(limit)
    }
    await Promise.all([
      within(4000, database.check()),
      within(9000, database.run(put('frozen'))),
      within(9000, database.read(keys)),
    ])
    proxy.freeze(false)
    await expect.poll(() => ready(database)).toBe(true)
    await database.run(put('after'))
  })

  it('applies a unit at most once when the reply to COMMIT is lost, and drops what it may have changed from caches', async () => {
    const heard: string[] = []
    database.onChange(topic => heard.push(topic))
    let attempts = 0
    const cut = proxy.cutAfter('COMMIT\0')
    const run = database.run(async handle => {
      attempts += 1
      handle.changed('uncertain')
      await put('uncertain')(handle)
    })
    await expect(run).rejects.toMatchObject({ code: 'database.unavailable' })
    await cut
    expect(attempts).toBe(1)
    expect(heard.filter(topic => topic !== '*')).toEqual(['uncertain'])
    expect(await place.query('SELECT key FROM server_facts')).toEqual([{ key: 'uncertain' }])
  })
})
