import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matches, pattern } from '../../../../../src/path-pattern.ts'
import { type AuditDatabase, eventAbout, ORG, openAudit } from '../../../../support/audit.ts'
import { ENGINES, migratedPlace, type Place } from '../../../../support/databases.ts'

/** More than are checked one by one, and than one look-up finds. */
const EVENTS = 3200
/** Of those, the last ones that the index does not know. */
const UNINDEXED = 300
const DAY = 86_400_000

/** The path of an event: many have their own, some are rare, some are frequent. */
function pathOf(n: number): string {
  if (n % 700 === 7) return `rare/${n}/key`
  if (n % 3 === 0) return `many/team${n % 40}/${n}`
  if (n % 3 === 1) return 'often/url'
  return n % 500 === 2 ? 'many' : `prod-eu/db/p_${n % 700}`
}

/** Every third event has its path as its resource, like a denied one. */
const about = (n: number) =>
  n % 5 === 0
    ? eventAbout(pathOf(n), { details: { outcome: 'denied' }, actorId: n % 2 ? 'alice' : 'bob' })
    : eventAbout(`id-${n % 900}`, { details: { path: pathOf(n) }, actorId: n % 1000 === 3 ? 'carol' : 'alice' })

const PATTERNS = [
  'rare/**',
  'rare/*/key',
  '**/key',
  '*/*/key',
  '**/7/**',
  '**/rare/**/key/**',
  'many/**',
  'many/*',
  'many/team3/*',
  'often/*',
  'prod-eu/**/p_2',
  'prod/**',
  '**/p*_2',
  '*',
  '**',
  'none/**',
  '**/none',
]

describe.each(ENGINES)('events of a pattern of paths, on %s', engine => {
  let place: Place
  let database: AuditDatabase

  beforeAll(async () => {
    place = await migratedPlace(engine)
    database = await openAudit(place.options)
    for (let n = 1; n <= EVENTS; n += 400) {
      const some = Array.from({ length: 400 }, (_, at) => about(n + at))
      await database.run(({ audit }) => audit.append(some, n * DAY))
      const indexed = Math.min(400, EVENTS - UNINDEXED - n + 1)
      await database.run(({ audit }) => audit.index.indexNext(ORG, indexed))
    }
  }, 60_000)
  afterAll(async () => {
    await database?.close()
    await place?.remove()
  })

  const numbers = async (source: string, more: object = {}) => {
    const words = [{ is: 'pattern' as const, pattern: pattern(source) }]
    const filter = { orgId: ORG, order: 'desc' as const, limit: 10_000, words, ...more }
    return (await database.read(({ audit }) => audit.page(filter))).map(({ seq }) => seq)
  }
  const expected = (source: string, keep: (n: number) => boolean = () => true) =>
    Array.from({ length: EVENTS }, (_, at) => EVENTS - at).filter(n => matches(pattern(source), pathOf(n)) && keep(n))

  it.each(PATTERNS)('%s are all events that it matches, newest or oldest first, whole or page by page', async source => {
    const all = expected(source)
    expect(await numbers(source)).toEqual(all)
    expect(await numbers(source, { order: 'asc' })).toEqual(all.toReversed())
    for (const order of ['asc', 'desc'] as const) {
      const sorted = order === 'asc' ? all.toReversed() : all
      for (const at of [0, 1, Math.floor(all.length / 2), all.length - 3].filter(at => at >= 0 && at < all.length)) {
        expect(await numbers(source, { order, limit: 7, after: sorted[at] })).toEqual(sorted.slice(at + 1, at + 8))
        expect(await numbers(source, { order, limit: 7, offset: at })).toEqual(sorted.slice(at, at + 7))
      }
    }
  })

  it.each(['rare/**', '**/key', 'many/**', '**'])('%s meet the other conditions, too', async source => {
    expect(await numbers(source, { actorId: 'bob' })).toEqual(expected(source, n => n % 10 === 0))
    expect(await numbers(source, { actorId: 'alice' })).toEqual(expected(source, n => n % 10 !== 0 && !(n % 1000 === 3)))
    expect(await numbers(source, { actorId: 'carol' })).toEqual(expected(source, n => n % 1000 === 3))
    expect(await numbers(source, { outcomes: ['denied'] })).toEqual(expected(source, n => n % 5 === 0))
    const [from, to] = [401 * DAY, 1600 * DAY]
    expect(await numbers(source, { from, to })).toEqual(expected(source, n => n > 400 && n <= 1600))
    expect(await numbers(source, { resourceId: 'id-7' })).toEqual(expected(source, n => n % 5 !== 0 && n % 900 === 7))
  })

  it('are found by their paths, without a look at the older events', async () => {
    const known = await database.read(({ db }) =>
      db.selectFrom('audit_paths').selectAll().where('path', 'like', 'rare/%').execute(),
    )
    expect(known.map(({ last_seq }) => last_seq).toSorted((one, other) => one - other)).toEqual([7, 707, 1407, 2107, 2807])
    await database.run(async ({ db }) => void (await db.deleteFrom('audit_paths').where('path', 'like', 'rare/%').execute()))
    expect(await numbers('rare/**')).toEqual([2807, 2107, 1407])
  })

  it('lose their paths once the last event of each is removed', async () => {
    const paths = () => database.read(({ db }) => db.selectFrom('audit_paths').selectAll().orderBy('last_seq').execute())
    const before = await paths()
    expect(before.some(({ last_seq }) => last_seq <= 600)).toBe(true)
    await database.run(({ audit }) => audit.life.removeFirst(ORG, 600, 600))
    expect(await paths()).toEqual(before.filter(({ last_seq }) => last_seq > 600))
    expect(await numbers('many/**')).toEqual(expected('many/**', n => n > 600))
    expect(await numbers('often/*', { order: 'asc', limit: 3 })).toEqual([601, 604, 607])
  })
})
