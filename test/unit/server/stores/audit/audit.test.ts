import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AuditStore } from '../../../../../server/stores/audit/audit.ts'
import { type AuditDatabase, eventAbout, ORG, openAudit, verdict } from '../../../../support/audit.ts'
import { ENGINES, migratedPlace, type Place } from '../../../../support/databases.ts'

const OTHER = '33333333-3333-4333-8333-333333333333'

describe.each(ENGINES)('the audit store on %s', engine => {
  let place: Place
  let database: AuditDatabase

  beforeEach(async () => {
    place = await migratedPlace(engine)
    database = await openAudit(place.options)
  })

  afterEach(async () => {
    await database.close()
    await place.remove()
  })

  const append = (...args: Parameters<typeof eventAbout>) =>
    database.run(({ audit }) => audit.append([eventAbout(...args)], Date.now()))
  const page = (filter: object = {}) =>
    database.read(({ audit }) => audit.page({ orgId: ORG, order: 'asc', limit: 1000, ...filter }))

  /** One after the other, a hundred in a unit of work, which must end in time on a busy machine, too. */
  async function inUnits<T>(items: readonly T[], write: (audit: AuditStore, item: T) => Promise<unknown>): Promise<void> {
    for (let at = 0; at < items.length; at += 100) {
      await database.run(async ({ audit }) => {
        for (const item of items.slice(at, at + 100)) await write(audit, item)
      })
    }
  }

  it('builds one unbroken chain from 200 concurrent appends', async () => {
    await Promise.all(Array.from({ length: 200 }, (_, index) => append(`r${index}`)))
    const rows = await page()
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1))
    expect(new Set(rows.map(({ resource_id }) => resource_id)).size).toBe(200)
    expect(await verdict(database)).toMatchObject({ ok: true, checked: 200, faults: [], signedTo: 200 })
  })

  it('chains each organisation separately, in one call with several', async () => {
    const mixed = ['a', 'b', 'c', 'd'].map((id, index) => eventAbout(id, { orgId: index % 2 === 0 ? OTHER : ORG }))
    await database.run(({ audit }) => audit.append(mixed, Date.now()))
    await database.run(({ audit }) => audit.append([...mixed].reverse(), Date.now()))
    expect((await page()).map(({ seq, resource_id }) => `${seq} ${resource_id}`)).toEqual(['1 b', '2 d', '3 d', '4 b'])
    expect((await page({ orgId: OTHER })).map(({ seq, resource_id }) => `${seq} ${resource_id}`)).toEqual([
      '1 a',
      '2 c',
      '3 c',
      '4 a',
    ])
  })

  it('stores many events of one commit unchanged, alike or not', async () => {
    const paths = (count: number, more: object) => Array.from({ length: count }, (_, at) => eventAbout(`r${at}`, more))
    const given = [...paths(20, {}), ...paths(20, { orgId: OTHER }), ...paths(3, { action: 'vault.read' }), ...paths(700, {})]
    await database.run(({ audit }) => audit.append(given, Date.now()))
    const own = await page()
    expect(own.map(({ action, resource_id }) => `${action} ${resource_id}`)).toEqual(
      given.filter(({ orgId }) => orgId === ORG).map(({ action, resourceId }) => `${action} ${resourceId}`),
    )
    expect(await page({ orgId: OTHER })).toHaveLength(20)
    expect(await verdict(database)).toMatchObject({ ok: true, checked: own.length, faults: [] })
  })

  it('does not deadlock when calls name organisations in different orders', async () => {
    const forth = [eventAbout('x', { orgId: ORG }), eventAbout('x', { orgId: OTHER })]
    const back = [...forth].reverse()
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => database.run(({ audit }) => audit.append(index % 2 ? forth : back, Date.now()))),
    )
    expect(await page()).toHaveLength(40)
  })

  it('leaves nothing behind when the transaction fails', async () => {
    await append('kept')
    const failing = database.run(async ({ audit }) => {
      await audit.append([eventAbout('undone')], Date.now())
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    await append('next')
    expect((await page()).map(({ seq, resource_id }) => `${seq} ${resource_id}`)).toEqual(['1 kept', '2 next'])
    expect((await verdict(database)).ok).toBe(true)
  })

  it('accepts more events in one call than a statement has parameters', async () => {
    const many = Array.from({ length: 1200 }, (_, index) => eventAbout(`r${index}`))
    await database.run(({ audit }) => audit.append(many, Date.now()))
    expect(await verdict(database)).toMatchObject({ ok: true, checked: 1200, faults: [], signedTo: 1200 })
  })

  it('returns what a stranger sent in a form that still matches its hash', async () => {
    await append(`nul \0, half a pair \ud83d, ${'x'.repeat(5000)}`, { details: { path: 'nul \0 and \udc00', deep: '__proto__' } })
    await append('“ü” 🔑\r\n\t\\')
    expect((await verdict(database)).ok).toBe(true)
    const [first] = await page()
    expect(first?.resource_id).toHaveLength(1024)
  })

  it('filters, orders and pages', async () => {
    const at = (time: number, id: string, more: object) => database.run(({ audit }) => audit.append([eventAbout(id, more)], time))
    await at(1000, 'a', { action: 'secret.read', actorId: 'alice' })
    await at(2000, 'b', { action: 'secret.write', actorId: 'bob', actorType: 'agent' })
    await at(3000, 'c', { action: 'vault.create', resourceType: 'vault', vaultId: '44444444-4444-4444-8444-444444444444' })
    await at(4000, 'd', { action: 'secret.read', actorId: 'bob', actorType: 'agent' })
    const cases: [object, string][] = [
      [{}, 'abcd'],
      [{ order: 'desc' }, 'dcba'],
      [{ action: 'secret.read' }, 'ad'],
      [{ actorId: 'bob' }, 'bd'],
      [{ actorType: 'user' }, 'ac'],
      [{ resourceId: 'c' }, 'c'],
      [{ resourceType: 'vault' }, 'c'],
      [{ vaultId: '44444444-4444-4444-8444-444444444444' }, 'c'],
      [{ from: 2000, to: 3000 }, 'bc'],
      [{ order: 'asc', after: 2 }, 'cd'],
      [{ order: 'desc', after: 3 }, 'ba'],
      [{ limit: 2, offset: 1 }, 'bc'],
      [{ orgId: OTHER }, ''],
    ]
    for (const [filter, expected] of cases) {
      const found = (await page(filter)).map(({ resource_id }) => resource_id).join('')
      expect(`${JSON.stringify(filter)} ${found}`).toBe(`${JSON.stringify(filter)} ${expected}`)
    }
  })

  it('returns the same however much of the chain is indexed', async () => {
    const vaults = ['44444444-4444-4444-8444-444444444444', '55555555-5555-4555-8555-555555555555']
    const pick = <T>(values: readonly T[], index: number): T => values[index % values.length] as T
    const ACTIONS = ['secret.read', 'secret.write', 'vault.create', 'auth.success']
    const events = Array.from({ length: 700 }, (_, index) => ({
      event: eventAbout(pick(['thing-a', 'thing-b', 'db/url'], index * 7), {
        action: pick(ACTIONS, index * 5 + Math.floor(index / 9)),
        actorId: pick(['alice', 'bob', 'carol'], index),
        resourceType: pick(['secret', 'vault'], Math.floor(index / 4)),
        ...pick([...vaults.map(vaultId => ({ vaultId })), {}], Math.floor(index / 3)),
        details: index % 11 === 0 ? { path: 'db/url' } : {},
      }),
      // A clock that is set back now and then.
      at: 1000 * index - (index % 100 === 99 ? 40_000 : 0),
    }))
    await inUnits(events, (audit, { event, at }) => audit.append([event], at))
    const filters: object[] = [
      {},
      { resourceId: 'db/url' },
      { resourceId: 'thing-a', actorId: 'bob' },
      { vaultId: vaults[0] },
      { vaultId: vaults[1], resourceType: 'vault', action: 'secret.read' },
      { resourceType: 'vault' },
      { action: 'vault.create' },
      { action: 'auth.success', vaultId: vaults[1] },
      { actorId: 'carol', from: 100_000, to: 420_000 },
      { from: 60_000 },
      { to: 200_000, resourceId: 'db/url' },
      { from: 5_000_000 },
    ]
    const ways: object[] = ['asc', 'desc'].flatMap(order => [
      { order, limit: 30 },
      { order, limit: 30, after: 333 },
      { order, limit: 1000 },
      { order, limit: 20, offset: 90 },
      { order, limit: 5, offset: 100_000 },
    ])
    const questions = filters.flatMap(filter => ways.map(way => ({ ...filter, ...way })))
    const answer = async (question: object) => `${JSON.stringify(question)} ${(await page(question)).map(({ seq }) => seq)}`
    const answers = () => Promise.all(questions.map(answer))
    const before = await answers()
    expect(new Set(before).size).toBe(questions.length)
    for (let more = true; more; ) {
      more = await database.run(({ audit }) => audit.index.indexNext(ORG, 250))
      expect(await answers()).toEqual(before)
    }
    expect(await database.read(({ audit }) => audit.index.behind(10))).toEqual([])
  })

  it('adds a checkpoint once, lists all of the newest day and the last of each day before', async () => {
    const checkpoint = (seq: number, at: number) => ({
      org_id: ORG,
      seq,
      event_id: ORG,
      integrity_hash: 'x',
      created_at: at,
      signature: `s${seq}`,
      kid: 'k',
    })
    const add = (seq: number, at: number) => database.run(({ audit }) => audit.addCheckpoint(checkpoint(seq, at), seq - 1))
    expect(await add(1, 0)).toBe(true)
    expect(await add(1, 5)).toBe(false)
    await add(2, 86_399_999)
    const seqs = Array.from({ length: 1008 }, (_, index) => index + 3)
    await inUnits(seqs, (audit, seq) => audit.addCheckpoint(checkpoint(seq, 86_400_000 + seq), seq - 1))
    const listed = (await database.read(({ audit }) => audit.checkpoints(ORG))).map(({ seq }) => seq)
    expect(listed).toEqual([2, ...Array.from({ length: 1000 }, (_, index) => index + 11)])
  })

  it('returns the heads that moved since they were signed', async () => {
    expect(await database.read(({ audit }) => audit.movedHeads(10))).toEqual([])
    await append('a')
    const moved = await database.read(({ audit }) => audit.movedHeads(10))
    expect(moved).toEqual([await database.read(({ audit }) => audit.head(ORG))])
    await verdict(database)
    expect(await database.read(({ audit }) => audit.movedHeads(10))).toEqual([])
    await append('b')
    expect((await database.read(({ audit }) => audit.movedHeads(10))).map(({ seq }) => seq)).toEqual([2])
  })
})

it('two processes on one PostgreSQL build one chain', async () => {
  const place = await migratedPlace('postgres')
  const [one, two] = [await openAudit(place.options), await openAudit(place.options)]
  try {
    const appends = Array.from({ length: 100 }, (_, index) =>
      (index % 2 ? one : two).run(({ audit }) => audit.append([eventAbout(`r${index}`), eventAbout(`s${index}`)], Date.now())),
    )
    await Promise.all(appends)
    expect(await verdict(one)).toMatchObject({ ok: true, checked: 200, faults: [], signedTo: 200 })
    // Both sign the same head: one checkpoint is kept.
    await one.run(({ audit }) => audit.append([eventAbout('last')], Date.now()))
    await Promise.all([verdict(one), verdict(two)])
    expect((await two.read(({ audit }) => audit.checkpoints(ORG))).map(({ seq }) => seq)).toEqual([200, 201])
  } finally {
    await one.close()
    await two.close()
    await place.remove()
  }
})
