import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { indexTexts } from '../../../../../server/modules/audit/text-index.ts'
import type { NewEvent } from '../../../../../server/policy/event.ts'
import type { SearchTerm } from '../../../../../server/stores/audit/search-terms.ts'
import { GROUP } from '../../../../../server/stores/audit/signature.ts'
import { matches, pattern } from '../../../../../src/path-pattern.ts'
import { type AuditDatabase, eventAbout, ORG, openAudit } from '../../../../support/audit.ts'
import { ENGINES, migratedPlace, type Place } from '../../../../support/databases.ts'

/** Earlier events were removed: the end of a group is left, a whole one, and some events after them. */
const REMOVED = GROUP - 1500
const EVENTS = 1500 + GROUP + 2300
const SEGMENTS = ['db', 'url', 'Key', 'key.1', 'prod', 'p_1', 'a', 'ab', 'öl']
const ACTORS = ['alice', 'bob', 'carol']

/** A sequence that looks random, the same in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return sides => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

const oneOf = <T>(roll: (sides: number) => number, some: readonly T[]): T => some[roll(some.length)] as T

/** Paths of rare segments, of frequent ones, and texts in other columns and other alphabets. */
function made(): NewEvent[] {
  const roll = dice(7)
  return Array.from({ length: EVENTS }, () => {
    const segments = Array.from({ length: 1 + roll(4) }, () => (roll(60) === 0 ? `r${roll(90)}` : oneOf(roll, SEGMENTS)))
    const path = segments.join('/')
    const isDenied = roll(9) === 0
    return eventAbout(isDenied ? path : `id-${roll(4000).toString(36)}`, {
      action: roll(700) === 0 ? 'vault.Rekey' : 'secret.read',
      details: isDenied ? { outcome: 'denied' } : { path, note: roll(300) === 0 ? 'Straße 50%_"x" İx' : '' },
      actorId: oneOf(roll, ACTORS),
      ipAddress: `10.0.${roll(3)}.${roll(250)}`,
    })
  })
}

function rowOf({ details, ...event }: NewEvent, seq: number) {
  return {
    org_id: ORG,
    seq,
    id: `event-${seq}`,
    action: event.action,
    actor_id: event.actorId,
    actor_type: event.actorType,
    resource_type: event.resourceType,
    resource_id: event.resourceId,
    vault_id: event.vaultId ?? null,
    details: JSON.stringify(details ?? {}),
    ip_address: event.ipAddress,
    created_at: seq,
    prev_event_id: '',
    integrity_hash: '',
    mac: null,
  }
}

const text = (word: string, ids: readonly string[] = []): SearchTerm => ({ is: 'text', text: word, ids })
const paths = (source: string): SearchTerm => ({ is: 'pattern', pattern: pattern(source) })

const SEARCHES: readonly (readonly SearchTerm[])[] = [
  ...[
    'r7',
    'r77/',
    '/r13/',
    'REKEY',
    'nowhere',
    'zq',
    '~',
    'k',
    'ID-3F',
    '0.0.1.24',
    '10.0.2.249',
    '50%_',
    '"note":"Str',
    'aße',
    'ßeX',
    '\\"x\\"',
    '€',
  ].map(word => [text(word)]),
  ...[
    '**/r7',
    '*/r7',
    'r7/**',
    '*/r9/*',
    '**/r3/**',
    '**/db/r5',
    '**/r5/db/**',
    '*/*/*/r8',
    '**/none',
    '**/p_1/a/r2',
    '*/none/*',
  ].map(source => [paths(source)]),
  [text('r7'), paths('**/db')],
  [paths('**/db/**'), paths('**/r4')],
  [text('nowhere', ['id-3f', 'id-9']), text('secret')],
  [{ is: 'named', ids: ['id-1a', 'nobody'] }],
  [{ is: 'named', ids: ['bob'] }, text('r11')],
]

describe.each(ENGINES)('searches with words, on %s', engine => {
  let place: Place
  let database: AuditDatabase
  const events = made()

  beforeAll(async () => {
    place = await migratedPlace(engine)
    database = await openAudit(place.options)
    for (let at = 0; at < EVENTS; at += 500)
      await database.run(async ({ db }) => {
        const rows = events.slice(at, at + 500).map((event, n) => rowOf(event, REMOVED + at + n + 1))
        await db.insertInto('audit_events').values(rows).execute()
      })
    while (await database.run(({ audit }) => audit.index.indexNext(ORG, 2000)));
    const head = { org_id: ORG, seq: REMOVED + EVENTS, event_id: '', integrity_hash: '' }
    await database.run(async ({ db }) => void (await db.insertInto('audit_heads').values(head).execute()))
    let left = 20
    await indexTexts(database, () => left-- > 0)
    // It was stopped within the second group, which it makes again.
    expect(await database.read(({ audit }) => audit.texts.coveredTo(ORG))).toBe(GROUP)
    await indexTexts(database, () => true)
    expect(await database.read(({ audit }) => audit.texts.coveredTo(ORG))).toBe(2 * GROUP)
  }, 120_000)
  afterAll(async () => {
    await database?.close()
    await place?.remove()
  })

  /** The lower case of the database: SQLite only knows that of ASCII. */
  const lower = (value: string) =>
    engine === 'sqlite' ? value.replaceAll(/[A-Z]/g, letter => letter.toLowerCase()) : value.toLowerCase()
  const placeOf = ({ details, resourceId }: NewEvent) => (typeof details?.path === 'string' ? details.path : resourceId)
  function isAbout(event: NewEvent, word: SearchTerm): boolean {
    if (word.is === 'pattern') return matches(word.pattern, placeOf(event))
    if (word.ids.some(id => [event.actorId, event.resourceId, event.vaultId].includes(id))) return true
    if (word.is === 'named') return false
    const columns = [event.action, event.resourceId, JSON.stringify(event.details ?? {}), event.ipAddress]
    return columns.some(column => lower(column).includes(word.text.toLowerCase()))
  }
  const plain = (words: readonly SearchTerm[]) =>
    events.flatMap((event, at) => (words.every(word => isAbout(event, word)) ? [REMOVED + at + 1] : []))
  const numbers = async (words: readonly SearchTerm[], more: object) => {
    const filter = { orgId: ORG, order: 'desc' as const, limit: 50, words, ...more }
    return (await database.read(({ audit }) => audit.page(filter))).map(({ seq }) => seq)
  }
  const namedBy = (words: readonly SearchTerm[]) =>
    words
      .map(word => (word.is === 'pattern' ? word.pattern.source : word.is === 'text' ? word.text : word.ids.join()))
      .join(' + ')

  it.each(SEARCHES.map(words => [namedBy(words), words] as const))(
    '%s: the pages are those of a plain scan',
    async (_name, words) => {
      const all = plain(words)
      const roll = dice(all.length + 1)
      for (const order of ['desc', 'asc'] as const) {
        const sorted = order === 'asc' ? all : all.toReversed()
        expect(await numbers(words, { order })).toEqual(sorted.slice(0, 50))
        for (let times = 0; times < 3; times++) {
          const after = REMOVED + 1 + roll(EVENTS)
          const beyond = sorted.filter(seq => (order === 'asc' ? seq > after : seq < after))
          expect(await numbers(words, { order, after })).toEqual(beyond.slice(0, 50))
          const offset = roll(sorted.length + 1)
          expect(await numbers(words, { order, offset, limit: 5 })).toEqual(sorted.slice(offset, offset + 5))
        }
      }
      const byBob = all.filter(seq => events[seq - 1 - REMOVED]?.actorId === 'bob')
      expect(await numbers(words, { order: 'asc', actorId: 'bob' })).toEqual(byBob.slice(0, 50))
    },
  )

  it('look at no event without the word', async () => {
    const known = () => numbers([text('r77/')], { limit: 10_000 })
    const before = await known()
    expect(before.some(seq => seq <= GROUP)).toBe(true)
    await database.run(async ({ db }) => void (await db.deleteFrom('audit_texts').where('event_group', '=', 0).execute()))
    expect(await known()).toEqual(before.filter(seq => seq > GROUP))
  })

  it('lose the signatures of a group with its last event', async () => {
    const groups = async () => {
      const rows = await database.read(({ db }) => db.selectFrom('audit_texts').select('event_group').distinct().execute())
      return rows.map(({ event_group }) => event_group).toSorted()
    }
    await database.run(({ audit }) => audit.life.removeFirst(ORG, 2 * GROUP - 1, 2 * GROUP))
    expect(await groups()).toEqual([1])
    const left = plain([text('r7')]).filter(seq => seq >= 2 * GROUP)
    expect(await numbers([text('r7')], { limit: 10_000 })).toEqual(left.toReversed())
    await database.run(({ audit }) => audit.life.removeFirst(ORG, 2 * GROUP, 1))
    expect(await groups()).toEqual([])
  })
})
