import { describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../../../../server/db/open.ts'
import { usageTally } from '../../../../../server/modules/billing/tally.ts'
import type { Answered } from '../../../../../server/modules/billing/usage-batch.ts'
import { type PeriodUsage, type ShareUsage, type UsageStore, usageStore } from '../../../../../server/stores/billing/usage.ts'
import type { UsagePack } from '../../../../../server/stores/billing/usage-pack.ts'
import { newPlace } from '../../../../support/databases.ts'

const MIDNIGHT = Date.UTC(2026, 2, 1)
const VAULTS = { method: 'GET', path: '/v1/vaults' }

/** A database whose writes are recorded, and fail on request. */
async function recorder() {
  const place = await newPlace('sqlite')
  const opened = await openDatabase(place.options, handle => ({ usage: usageStore(handle) }))
  onTestFinished(async () => {
    await opened.close()
    await place.remove()
  })
  const packs: UsagePack[] = []
  const periods: PeriodUsage[] = []
  const shares: ShareUsage[] = []
  /** `meanwhile` is called while a transaction is running. */
  const written = { packs, periods, shares, fails: false, transactions: 0, meanwhile: () => {} }
  const noted = (usage: UsageStore): UsageStore => ({
    ...usage,
    history: { ...usage.history, add: some => usage.history.add(some).then(() => void packs.push(...some)) },
    addAll: some => usage.addAll(some).finally(() => periods.push(...some)),
    addShares: some => usage.addShares(some).then(() => void shares.push(...some)),
  })
  const run: typeof opened.run = async work => {
    if (written.fails) throw new Error('The disk is full.')
    written.transactions += 1
    written.meanwhile()
    return opened.run(({ usage }) => work({ usage: noted(usage) }))
  }
  const database = { ...opened, run }
  return { written, database }
}

function request(at: number, some: Partial<Answered> = {}): Answered {
  const who = { orgId: 'org', principalType: 'user', principalId: 'ann' }
  const what = { route: VAULTS, status: 200, priceMicros: 0, paidBy: null, counts: 'now' } as const
  return { ...who, ...what, at, ...some }
}

const sizes = (packs: readonly UsagePack[]) => packs.map(({ orgId, cells }) => `${orgId} ${cells.length / 6}`)

describe('the tally', () => {
  it('writes one row for each organisation, day and minute, and sums each period once', async () => {
    const { written, database } = await recorder()
    const tally = usageTally({ database, clock: () => MIDNIGHT })
    for (const at of [-3, -2, 0, 1, 120_000]) tally.record(request(MIDNIGHT + at))
    tally.record(request(MIDNIGHT + 1, { orgId: 'other', paidBy: 'credits', priceMicros: 1000, counts: 'already' }))
    tally.record(request(MIDNIGHT + 120_001, { paidBy: 'x402', priceMicros: 70 }))
    tally.record(request(MIDNIGHT + 120_002, { counts: 'never', status: 402 }))
    await tally.flush()
    expect(sizes(written.packs)).toEqual(['org 2', 'org 2', 'org 3', 'other 1'])
    const nothing = { paidRequests: 0, costMicros: 0 }
    expect(written.periods).toEqual([
      { orgId: 'org', period: '2026-02', requests: 2, ...nothing },
      { orgId: 'org', period: '2026-02-28', requests: 2, ...nothing },
      { orgId: 'org', period: '2026-03', requests: 4, paidRequests: 1, costMicros: 70 },
      { orgId: 'org', period: '2026-03-01', requests: 4, paidRequests: 1, costMicros: 70 },
      { orgId: 'other', period: '2026-03', requests: 0, ...nothing },
      { orgId: 'other', period: '2026-03-01', requests: 1, paidRequests: 1, costMicros: 1000 },
    ])
    expect(written.shares.map(({ month, kind, name, requests }) => `${month} ${kind} ${name} ${requests}`)).toEqual([
      '2026-02 principal user:ann 2',
      '2026-02 route GET /v1/vaults 2',
      '2026-03 principal user:ann 4',
      '2026-03 route GET /v1/vaults 4',
      '2026-03 principal user:ann 1',
      '2026-03 route GET /v1/vaults 1',
    ])
  })

  it('keeps and counts what cannot be written, and writes it once it can', async () => {
    const { written, database } = await recorder()
    const failures: unknown[] = []
    const tally = usageTally({ database, clock: () => MIDNIGHT, failed: error => failures.push(error) })
    expect(await tally.used('org')).toBe(0)
    written.fails = true
    for (let n = 0; n < 700; n++) tally.record(request(MIDNIGHT + n))
    await tally.flush()
    tally.record(request(MIDNIGHT + 700))
    expect(tally.used('org')).toBe(701)
    expect(failures.length).toBeGreaterThan(0)
    written.fails = false
    await tally.flush()
    expect(written.packs.reduce((sum, { cells }) => sum + cells.length / 6, 0)).toBe(701)
    expect(tally.lost()).toBe(0)
    const { transactions } = written
    await tally.flush()
    expect(written.transactions).toBe(transactions)
  })

  it('drops the oldest when too many wait, and reports how many', async () => {
    const { written, database } = await recorder()
    const tally = usageTally({ database, clock: () => MIDNIGHT })
    written.fails = true
    for (let n = 0; n < 100_001; n++) tally.record(request(MIDNIGHT + Math.floor(n / 10)))
    await tally.flush()
    written.fails = false
    await tally.flush()
    const kept = written.packs.reduce((sum, { cells }) => sum + cells.length / 6, 0)
    expect(kept + tally.lost()).toBe(100_001)
    expect(tally.lost()).toBeGreaterThan(0)
    expect(tally.lost()).toBeLessThanOrEqual(4096)
  })

  it('writes the rows of many organisations in several transactions', async () => {
    const { written, database } = await recorder()
    const tally = usageTally({ database, clock: () => MIDNIGHT })
    for (let n = 0; n < 1500; n++) tally.record(request(MIDNIGHT, { orgId: `org ${n}` }))
    await tally.flush()
    expect(written.packs).toHaveLength(1500)
    expect(written.transactions).toBe(4)
  })

  it('adds nothing to rows that are being written', async () => {
    const { written, database } = await recorder()
    const tally = usageTally({ database, clock: () => MIDNIGHT })
    tally.record(request(MIDNIGHT))
    written.meanwhile = () => {
      written.meanwhile = () => {}
      tally.record(request(MIDNIGHT + 1))
    }
    await tally.flush()
    expect(sizes(written.packs)).toEqual(['org 1'])
    await tally.flush()
    expect(sizes(written.packs)).toEqual(['org 1', 'org 1'])
  })
})
