import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditHours } from '../../../../../server/db/migrations/0047-audit-hours.ts'
import { type AuditDatabase, eventAbout, ORG, openAudit } from '../../../../support/audit.ts'
import { ENGINES, migratedPlace, type Place } from '../../../../support/databases.ts'

const HOUR = 3_600_000
const EVENTS = 600
/** The events are 12 minutes apart: 120 hours. */
const APART = HOUR / 5
const VAULTS = ['44444444-4444-4444-8444-444444444444', '55555555-5555-4555-8555-555555555555', undefined]

/** The outcome of an event, and how often it happened. */
function outcomeOf(n: number) {
  if (n % 10 === 3) return { outcome: 'denied', count: n % 20 === 3 ? 7 : 1 }
  return { outcome: n % 10 === 6 || n % 10 === 9 ? 'failed' : 'ok', count: 1 }
}

function event(n: number) {
  const { outcome, count } = outcomeOf(n)
  const isFailure = n % 10 === 9
  const vaultId = VAULTS[n % 3]
  const { vaultId: _, ...rest } = eventAbout(`r${n}`, {
    action: isFailure ? 'auth.failure' : n % 3 === 0 ? 'secret.write' : 'secret.read',
    actorId: n % 4 === 0 ? 'bob' : 'alice',
    actorType: n % 4 === 0 ? 'agent' : 'user',
    details: {
      // A text is not a member, whatever it says.
      path: 'a/"outcome":"denied","repeats":5',
      ...(outcome !== 'ok' && !isFailure && { outcome }),
      ...(count > 1 && { repeats: count }),
    },
  })
  return { ...rest, ...(vaultId !== undefined && { vaultId }) }
}

describe.each(ENGINES)('the sums by hour, on %s', engine => {
  let place: Place
  let database: AuditDatabase

  beforeAll(async () => {
    place = await migratedPlace(engine)
    database = await openAudit(place.options)
    for (let start = 0; start < EVENTS; start += 100) {
      await database.run(async ({ audit }) => {
        for (let n = start; n < start + 100; n++) await audit.append([event(n)], n * APART)
      })
    }
  }, 60_000)
  afterAll(async () => {
    await database?.close()
    await place?.remove()
  })

  const NEWEST = { from: 72, to: 119 }
  const sums = async (more: object = {}) => {
    const rows = await database.report(({ audit }) => audit.hourSums({ orgId: ORG, ...NEWEST, by: 'none', ...more }))
    return rows.map(({ hour, outcome, key, count }) => `${hour} ${outcome} ${key} ${Number(count)}`).sort()
  }
  const expected = (keyOf: (n: number) => string = () => '', keep: (n: number) => boolean = () => true) => {
    const counts = new Map<string, number>()
    for (let n = NEWEST.from * 5; n < EVENTS; n++) {
      const { outcome, count } = outcomeOf(n)
      const row = `${Math.floor(n / 5)} ${outcome} ${keyOf(n)}`
      if (keep(n)) counts.set(row, (counts.get(row) ?? 0) + count)
    }
    return [...counts].map(([row, count]) => `${row} ${count}`).sort()
  }
  const all = async () => {
    expect(await sums()).toEqual(expected())
    expect(await sums({ by: 'actor' })).toEqual(expected(n => (n % 4 === 0 ? 'agent:bob' : 'user:alice')))
    expect(await sums({ by: 'vault' })).toEqual(expected(n => VAULTS[n % 3] ?? ''))
    expect(await sums({ actorType: 'agent', actorId: 'bob' })).toEqual(
      expected(
        () => '',
        n => n % 4 === 0,
      ),
    )
    expect(await sums({ vaultId: VAULTS[1] })).toEqual(
      expected(
        () => '',
        n => n % 3 === 1,
      ),
    )
  }
  const hours = () =>
    database.read(({ db }) =>
      db
        .selectFrom('audit_hours')
        .selectAll()
        .orderBy('hour')
        .orderBy('actor_id')
        .orderBy('action')
        .orderBy('outcome')
        .orderBy('vault_id')
        .execute(),
    )
  const indexed = async (most: number) => {
    for (let more = true; more; ) more = await database.run(({ audit }) => audit.index.indexNext(ORG, most))
  }

  it('equal the events however many of them the job has counted', async () => {
    await all()
    for (const most of [350, 200, 1]) {
      await database.run(({ audit }) => audit.index.indexNext(ORG, most))
      await all()
    }
    await indexed(100)
    await all()
  })

  it('are kept for the newest three days only', async () => {
    const kept = (await hours()).map(({ hour }) => Number(hour))
    expect([Math.min(...kept), Math.max(...kept)]).toEqual([48, 119])
  })

  it('are counted once when the index starts from the beginning', async () => {
    await database.run(async ({ db }) => {
      await db.updateTable('audit_indexed').set({ seq: 0 }).execute()
      await db.deleteFrom('audit_stretches').execute()
    })
    await all()
    await indexed(150)
    await all()
  })

  it('are filled for a log that was indexed before they were kept', async () => {
    const before = await hours()
    const fill = auditHours.statements({ bytes: '', int: engine === 'sqlite' ? 'INTEGER' : 'BIGINT' })[1] ?? ''
    await database.run(async ({ db }) => {
      await db.deleteFrom('audit_hours').execute()
      await sql.raw(fill).execute(db)
    })
    expect((await hours()).filter(({ hour }) => Number(hour) >= 48)).toEqual(before)
    await all()
  })
})
