import { type SqlBool, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database, Handle } from '../../../../server/db/database.ts'
import { openDatabase } from '../../../../server/db/open.ts'
import { prepared } from '../../../../server/db/prepared.ts'
import { lockRows } from '../../../../server/db/row-lock.ts'
import { ENGINES, migratedPlace, type Place } from '../../../support/databases.ts'

const stores = (handle: Handle) => ({
  handle,
  db: handle.db,
  addEvent: prepared(handle, (db, p: { org: string; seq: number; details: string; vault: string | null }) =>
    db.insertInto('audit_events').values({
      org_id: p.org,
      seq: p.seq,
      id: 'id',
      action: 'a',
      actor_id: 'a',
      actor_type: 'user',
      resource_type: 'r',
      resource_id: 'r',
      vault_id: p.vault,
      details: p.details,
      ip_address: '::1',
      created_at: p.seq,
      prev_event_id: '',
      integrity_hash: '',
    }),
  ),
  eventsAfter: prepared(handle, (db, p: { org: string; seq: number; limit: number }) =>
    db
      .selectFrom('audit_events')
      .select(['seq', 'details', 'vault_id'])
      .where('org_id', '=', p.org)
      .where('seq', '>', p.seq)
      .where('action', '=', 'a')
      .orderBy('seq')
      .limit(p.limit),
  ),
  amend: prepared(handle, (db, p: { org: string; details: string }) =>
    db.updateTable('audit_events').set({ details: p.details }).where('org_id', '=', p.org),
  ),
})

describe.each(ENGINES)('queries on %s', engine => {
  let place: Place
  let database: Database<ReturnType<typeof stores>>

  beforeAll(async () => {
    place = await migratedPlace(engine)
    database = await openDatabase(place.options, stores)
    await database.run(({ db }) => db.insertInto('orgs').values({ id: 'o', name: 'o', is_platform: 0, created_at: 1 }).execute())
  })
  afterAll(async () => {
    await database?.close()
    await place?.remove()
  })

  it.each([
    ['bytes', Uint8Array.from({ length: 256 }, (_, index) => index)],
    ['part of a larger buffer', new Uint8Array(new Uint8Array([9, 1, 2, 9]).buffer, 1, 2)],
    ['no bytes', new Uint8Array(0)],
    ['nothing', null],
  ])('store a vault with %s', async (name, blob) => {
    const row = {
      id: `v-${name}`,
      org_id: 'o',
      name: `${name} ✓ 'quoted' \u{1f511}`,
      description: null,
      created_by: 'u',
      created_by_type: 'user',
      kek_id: 'k',
      kek_blob: blob,
      is_system: 1,
      created_at: 1_785_000_000_123,
      cmek_fingerprint: null,
      deleted_at: null,
      deleted_name: null,
      name_key: null,
    }
    await database.run(({ db }) => db.insertInto('vaults').values(row).execute())
    const found = await database.read(({ db }) =>
      db.selectFrom('vaults').selectAll().where('id', '=', row.id).executeTakeFirstOrThrow(),
    )
    expect({ ...found, kek_blob: found.kek_blob && Uint8Array.from(found.kek_blob) }).toEqual({
      ...row,
      kek_blob: blob && Uint8Array.from(blob),
    })
  })

  it('return integers, counts and sums as numbers', async () => {
    await database.run(async ({ addEvent }) => {
      for (const seq of [2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER - 2 ** 42])
        await addEvent({ org: 'sums', seq, details: '', vault: null })
    })
    const row = await database.read(({ db }) =>
      db
        .selectFrom('audit_events')
        .select(eb => [eb.fn.countAll<number>().as('count'), eb.fn.sum<number>('seq').as('sum'), eb.fn.max('seq').as('max')])
        .where('org_id', '=', 'sums')
        .executeTakeFirstOrThrow(),
    )
    const max = Number.MAX_SAFE_INTEGER - 2 ** 42
    expect(row).toEqual({ count: 3, sum: 2 ** 31 + 2 ** 40 + max, max })
  })

  it('return how many rows a statement changed, with and without RETURNING', async () => {
    await database.run(async ({ db }) => {
      const put = (key: string) =>
        db
          .insertInto('server_facts')
          .values({ key, value: '1' })
          .onConflict(it => it.doNothing())
      expect((await put('counted').executeTakeFirst()).numInsertedOrUpdatedRows).toBe(1n)
      expect((await put('counted').executeTakeFirst()).numInsertedOrUpdatedRows).toBe(0n)
      expect(await put('counted').returning('key').execute()).toEqual([])
      expect(await put('counted-2').returning('key').execute()).toEqual([{ key: 'counted-2' }])
      const counted = sql<SqlBool>`key LIKE 'counted%'`
      expect((await db.updateTable('server_facts').set({ value: '2' }).where(counted).executeTakeFirst()).numUpdatedRows).toBe(2n)
      expect((await sql`UPDATE server_facts SET value = '3' WHERE ${counted}`.execute(db)).numAffectedRows).toBe(2n)
      expect((await db.deleteFrom('server_facts').where(counted).executeTakeFirst()).numDeletedRows).toBe(2n)
      expect((await db.deleteFrom('server_facts').where(counted).executeTakeFirst()).numDeletedRows).toBe(0n)
    })
  })

  it('run prepared statements with new parameters each time', async () => {
    await database.run(async ({ addEvent, eventsAfter, amend }) => {
      for (const seq of [1, 2, 3, 4])
        await addEvent({ org: 'prepared', seq, details: `event ${seq}`, vault: seq % 2 ? null : 'v' })
      expect((await amend({ org: 'prepared', details: 'amended' })).numAffectedRows).toBe(4n)
      expect((await eventsAfter({ org: 'prepared', seq: 1, limit: 2 })).rows).toEqual([
        { seq: 2, details: 'amended', vault_id: 'v' },
        { seq: 3, details: 'amended', vault_id: null },
      ])
    })
    const after = (seq: number, limit: number) => database.read(({ eventsAfter }) => eventsAfter({ org: 'prepared', seq, limit }))
    const results = await Promise.all(Array.from({ length: 20 }, (_, index) => after(index % 5, 10)))
    expect(results.map(({ rows }) => rows.length)).toEqual(Array.from({ length: 20 }, (_, index) => 4 - (index % 5)))
  })

  it('refuse a parameter that would not be stored unchanged', async () => {
    const amend = (details: string) => database.run(store => store.amend({ org: 'none', details }))
    if (engine === 'sqlite') await expect(amend(JSON.parse('{"a":1}'))).rejects.toThrow('cannot be stored')
    await expect(amend('text')).resolves.toMatchObject({ numAffectedRows: 0n })
  })

  it('distinguish more statements than are cached', async () => {
    await database.read(async ({ db }) => {
      for (let index = 0; index < 600; index++) {
        const { rows } = await sql<{ value: number }>`SELECT ${sql.lit(index)} AS value`.execute(db)
        expect(Number(rows[0]?.value)).toBe(index)
      }
    })
  })

  it('lock rows, so that counters of concurrent units are correct', async () => {
    const count = async (store: ReturnType<typeof stores>) => {
      const rows = store.db.selectFrom('server_facts').select('value').where('key', '=', 'counter')
      const { value } = await lockRows(store.handle, rows).executeTakeFirstOrThrow()
      await store.db
        .updateTable('server_facts')
        .set({ value: String(Number(value) + 1) })
        .where('key', '=', 'counter')
        .execute()
    }
    await database.run(({ db }) => db.insertInto('server_facts').values({ key: 'counter', value: '0' }).execute())
    await Promise.all(Array.from({ length: 40 }, () => database.run(count)))
    const { value } = await database.read(({ db }) =>
      db.selectFrom('server_facts').select('value').where('key', '=', 'counter').executeTakeFirstOrThrow(),
    )
    expect(value).toBe('40')
  })
})
