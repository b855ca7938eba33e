import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database, Handle } from '../../../../../server/db/database.ts'
import { openDatabase } from '../../../../../server/db/open.ts'
import { type Answered, addTo, newBatch, packOf } from '../../../../../server/modules/billing/usage-batch.ts'
import { type UsageStore, usageStore } from '../../../../../server/stores/billing/usage.ts'
import { leastId } from '../../../../../server/stores/billing/usage-pack.ts'
import { ENGINES, newPlace, type Place } from '../../../../support/databases.ts'

const ORG = 'org'
const AT = Date.UTC(2026, 1, 28, 12)
const DAY_MS = 86_400_000
const VAULTS = { method: 'GET', path: '/v1/vaults' }
const VAULT = { method: 'PUT', path: '/v1/vaults/{vault_id}' }

type Some = Partial<Omit<Answered, 'at'>>

function event(at: number, some: Some = {}): Answered {
  const what = { route: VAULTS, status: 200, priceMicros: 0, paidBy: null } as const
  return { orgId: ORG, principalType: 'user', principalId: 'ann', ...what, at, counts: 'now', ...some }
}

/** The rows that one flush of one process writes. */
function packed(...events: readonly Answered[]) {
  const [first = event(AT)] = events
  const batch = newBatch(first.orgId, first.at)
  for (const each of events) addTo(batch, each)
  return packOf(batch)
}

describe.each(ENGINES)('the usage history on %s', engine => {
  let place: Place
  let database: Database<{ usage: UsageStore; older: (at: number, principalId: string) => Promise<void> }>

  beforeEach(async () => {
    place = await newPlace(engine)
    database = await openDatabase(place.options, (handle: Handle) => ({
      usage: usageStore(handle),
      /** A row as releases before the packs wrote it. */
      older: async (at: number, principalId: string) => {
        const who = { org_id: ORG, principal_type: 'user', principal_id: principalId }
        const what = { method: 'GET', endpoint: '/v1/vaults', status_code: 200, price_micros: 0, paid_by: null }
        const id = `${leastId(at)}-7${randomUUID().slice(15)}`
        await handle.db
          .insertInto('usage_events')
          .values({ ...who, ...what, id, created_at: at })
          .execute()
      },
    }))
  })
  afterEach(async () => {
    await database.close()
    await place.remove()
  })

  const add = (...packs: ReturnType<typeof packed>[]) => database.run(({ usage }) => usage.history.add(packs))
  const page = (limit: number, before?: string, principalId?: string) => {
    const principal = principalId === undefined ? undefined : { type: 'user', id: principalId }
    return database.read(({ usage }) => usage.history.page({ orgId: ORG, principal, limit, before }))
  }
  async function paged(limit: number, principalId?: string) {
    const all: Awaited<ReturnType<typeof page>> = []
    for (;;) {
      const some = await page(limit, all.at(-1)?.id, principalId)
      all.push(...some)
      if (some.length < limit) return all
    }
  }
  const times = (events: readonly { at: number }[]) => events.map(({ at }) => at - AT)

  it('returns what was packed', async () => {
    const paid = { route: VAULT, status: 402, priceMicros: 5000, paidBy: 'x402' } as const
    const agent = { principalType: 'agent', principalId: 'robot', paidBy: 'credits' } as const
    const given = [event(AT), event(AT + 5, paid), event(AT + 5, agent)]
    await add(packed(...given))
    const found = await page(10)
    const answered = found.map(({ id: _, method, endpoint, ...rest }) => ({
      ...rest,
      route: { method, path: endpoint },
      counts: 'now',
    }))
    expect(answered).toEqual(given.toReversed())
    expect(new Set(found.map(({ id }) => id)).size).toBe(3)
    for (const { id, at } of found) expect(id.startsWith(`${leastId(at)}-7`)).toBe(true)
  })

  it.each([1, 2, 3, 7, 50])(
    'pages by %i through packs of several processes, set-back clocks, and rows of earlier releases',
    async limit => {
      const wave = (from: number, step: number, count: number) =>
        Array.from({ length: count }, (_, n) => event(AT + from + step * n, { principalId: n % 3 === 0 ? 'bob' : 'ann' }))
      // Two that overlap, one within both, one whose clock was set back while it was open, and many with one request each.
      await add(packed(...wave(0, 100, 20)), packed(...wave(50, 90, 20)), packed(...wave(700, 1, 9)))
      await add(packed(...wave(2000, -130, 12)), ...wave(-9000, 500, 30).map(each => packed(each)))
      await add(packed(event(AT, { orgId: 'other' })))
      for (let n = 0; n < 6; n++) await database.run(({ older }) => older(AT - 9100 + n * 1500, n % 2 ? 'ann' : 'bob'))
      const all = await paged(limit)
      expect(all).toHaveLength(97)
      expect(all.map(({ id }) => id)).toEqual([...new Set(all.map(({ id }) => id))].sort().reverse())
      expect(times(all)).toEqual(times(all).toSorted((one, other) => other - one))
      expect(await paged(limit, 'bob')).toEqual(all.filter(({ principalId }) => principalId === 'bob'))
      expect(await page(limit, undefined, 'an')).toEqual([])
    },
  )

  it('removes a span of one organisation or of all, and returns the count', async () => {
    const midnight = Date.UTC(2026, 2, 1)
    const packs = [packed(event(midnight - 2), event(midnight - 1)), packed(event(midnight), event(midnight + 1))]
    await add(...packs, packed(event(midnight - 1, { orgId: 'other' })))
    await database.run(({ older }) => older(midnight - 5, 'ann'))
    const month = { from: Date.UTC(2026, 1, 1), to: midnight }
    expect(await database.run(({ usage }) => usage.history.remove(month, ORG))).toBe(3)
    expect(times(await page(10))).toEqual([midnight + 1 - AT, midnight - AT])
    expect(await database.run(({ usage }) => usage.history.remove(month))).toBe(1)
  })

  it('deletes what is too old, row by row', async () => {
    await add(packed(event(AT), event(AT + 10)), packed(event(AT + DAY_MS)))
    await database.run(async ({ older, usage }) => {
      await older(AT, 'ann')
      await usage.addAll([{ orgId: ORG, period: '2026-02', requests: 4, paidRequests: 0, costMicros: 0 }])
    })
    const forget = () => database.run(({ usage }) => usage.history.forgetBefore(AT + 11, 1))
    for (let more = true; more; ) more = await forget()
    expect(times(await page(10))).toEqual([DAY_MS])
  })
})
