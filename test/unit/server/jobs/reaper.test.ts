import { describe, expect, it, onTestFinished } from 'vitest'
import type { Database, Engine, Handle } from '../../../../server/db/database.ts'
import { openDatabase } from '../../../../server/db/open.ts'
import { reapExpired, reaper } from '../../../../server/jobs/reaper.ts'
import { makeStores, type Stores } from '../../../../server/stores/all.ts'
import { AUDIT_KEYS } from '../../../support/audit.ts'
import { ENGINES, newPlace } from '../../../support/databases.ts'

type Opened = Stores & Pick<Handle, 'db'>

const DAY = 24 * 3_600_000
const NOW = Date.UTC(2026, 5, 1)
/** More than two batches. */
const MANY = 1100
const TABLES = ['usage_packs', 'stripe_events', 'idempotency_keys', 'revoked_tokens', 'lockouts'] as const

/** A database in which `MANY` rows of some tables have expired, and two of each have not. */
async function open(engine: Engine): Promise<Database<Opened>> {
  const place = await newPlace(engine)
  const database = await openDatabase(place.options, handle => ({ ...makeStores(handle, () => AUDIT_KEYS), db: handle.db }))
  onTestFinished(async () => {
    await database.close()
    await place.remove()
  })
  for (let from = 0; from < MANY; from += 100) await fill(database, 'old', from, 100, NOW - 300 * DAY)
  await fill(database, 'new', 0, 2, NOW)
  return database
}

function fill(database: Database<Opened>, word: string, from: number, count: number, at: number): Promise<void> {
  const rows = <T>(rowOf: (name: string) => T) => Array.from({ length: count }, (_, n) => rowOf(`${word} ${from + n}`))
  return database.run(async ({ db, usage }) => {
    const request = { orgId: 'org', principals: ['user:ada'], routes: ['GET /'], cells: [at, 0, 0, 200, 0, 0] }
    await usage.history.add(rows(() => request))
    await usage.add({ orgId: 'org', period: '2026-06', requests: count, paidRequests: 0, costMicros: 0 })
    await db
      .insertInto('stripe_events')
      .values(rows(id => ({ id, received_at: at })))
      .execute()
    const claimed = { agent_id: 'agent', claimed_at: at, request_hash: '', transaction_id: null, answer: null }
    await db
      .insertInto('idempotency_keys')
      .values(rows(key => ({ ...claimed, key })))
      .execute()
    await db
      .insertInto('revoked_tokens')
      .values(rows(jti => ({ jti, expires_at: at })))
      .execute()
    const lock = { door: 'password', failures: 1, locked_until: at, updated_at: at }
    await db
      .insertInto('lockouts')
      .values(rows(identity => ({ ...lock, identity })))
      .execute()
  })
}

async function left(database: Database<Opened>): Promise<number[]> {
  const count = (table: (typeof TABLES)[number]) =>
    database.read(({ db }) =>
      db
        .selectFrom(table)
        .select(eb => eb.fn.countAll().as('rows'))
        .executeTakeFirstOrThrow(),
    )
  return (await Promise.all(TABLES.map(count))).map(({ rows }) => Number(rows))
}

/** The same database; `each` is called after every unit of work. */
function watched(database: Database<Opened>, each: () => Promise<void>): Database<Opened> {
  const run: Database<Opened>['run'] = async work => {
    const result = await database.run(work)
    await each()
    return result
  }
  return { ...database, run }
}

describe.each(ENGINES)('an expired row, on %s', engine => {
  it('is deleted in batches, while other rows stay', async () => {
    const database = await open(engine)
    const sums = [(await left(database)).reduce((sum, rows) => sum + rows)]
    const counted = watched(database, async () => void sums.push((await left(database)).reduce((sum, rows) => sum + rows)))
    await reapExpired({ database: counted, clock: () => NOW })()
    expect(await left(database)).toEqual(TABLES.map(() => 2))
    const batches = sums.slice(1).map((sum, n) => (sums[n] ?? 0) - sum)
    // Two tables of one store share a unit of work.
    expect(Math.max(...batches)).toBe(1000)
    expect(batches.filter(size => size > 0).length).toBeGreaterThan(8)
  })

  it('is deleted by two servers at once', async () => {
    const database = await open(engine)
    const forget = reapExpired({ database, clock: () => NOW })
    await Promise.all([forget(), forget()])
    await forget()
    expect(await left(database)).toEqual(TABLES.map(() => 2))
  })

  it('is left to the next start by a server that is stopped halfway', async () => {
    const database = await open(engine)
    let stopped: Promise<void> | undefined
    const stopping = watched(database, async () => {
      stopped ??= job.stop()
    })
    const failures: unknown[] = []
    const job = reaper({ database: stopping, clock: () => NOW, everyMs: 1, failed: error => failures.push(error) })
    await expect.poll(() => stopped !== undefined).toBe(true)
    await stopped
    expect(Math.max(...(await left(database)))).toBe(MANY + 2)
    await reapExpired({ database, clock: () => NOW })()
    expect(await left(database)).toEqual(TABLES.map(() => 2))
    expect(failures).toEqual([])
  })

  it('of one kind that fails does not stop another', async () => {
    const database = await open(engine)
    const broken = { ...database }
    broken.run = work =>
      database.run(stores => {
        const auth = { ...stores.auth, deleteExpired: () => Promise.reject(new Error('This table is locked.')) }
        return work({ ...stores, auth })
      })
    await expect(reapExpired({ database: broken, clock: () => NOW })()).rejects.toThrow('This table is locked.')
    expect(await left(database)).toEqual([2, 2, 2, MANY + 2, MANY + 2])
  })
})
