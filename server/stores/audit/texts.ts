/** The signatures of groups of events in the database; see signature.ts. A job adds them, slightly behind the chain. */
import { sql } from 'kysely'
import type { Handle } from '../../db/database.ts'
import type { EventFilter, Span } from './matching.ts'
import { BLOCK, GROUP, type SignaturePart, type SignedEvent, SLOT_BYTES, SLOTS, SLOTS_IN_PART, type Wanted } from './signature.ts'

type Asked = Pick<Handle, 'db' | 'engine'>

/** Rows of one statement. */
const ADDED_AT_ONCE = 256
/** Groups of one look-up; the first one has fewer, because a page is often found there. */
const [FIRST_GROUPS, MOST_GROUPS] = [4, 32]
/** Slots of the first look-up for each alternative of a word. */
const FIRST_SLOTS = 8
const BLOCKS = GROUP / BLOCK
const ALL = 2n ** BigInt(BLOCKS) - 1n

const groupOf = (seq: number) => Math.floor((seq - 1) / GROUP)

export function auditTexts({ db, engine }: Asked) {
  async function lastGroup(orgId: string): Promise<number | undefined> {
    const own = db.selectFrom('audit_texts').select('event_group').where('org_id', '=', orgId)
    return (await own.orderBy('event_group', 'desc').limit(1).executeTakeFirst())?.event_group
  }

  return {
    /** The last event of the groups with signatures; 0 if there is none. */
    coveredTo: async (orgId: string): Promise<number> => ((await lastGroup(orgId)) ?? -1) * GROUP + GROUP,

    /** Organisations with complete groups that have no signatures yet. */
    behind: async (limit: number): Promise<string[]> => {
      const covered = sql<number>`coalesce((select max(event_group) from audit_texts where audit_texts.org_id = head.org_id) + 1, 0)`
      const rows = await db
        .selectFrom('audit_heads as head')
        .select('head.org_id')
        .where('head.seq', '>=', GROUP)
        .where(sql<boolean>`head.seq >= (${covered} + 1) * ${GROUP}`)
        .limit(limit)
        .execute()
      return rows.map(({ org_id }) => org_id)
    },

    /** The next complete group without signatures; undefined if there is none. */
    next: async (orgId: string): Promise<(Span & { readonly group: number }) | undefined> => {
      const chain = db.selectFrom('audit_events').select('seq').where('org_id', '=', orgId)
      const oldest = await chain.orderBy('seq').limit(1).executeTakeFirst()
      const newest = await chain.orderBy('seq', 'desc').limit(1).executeTakeFirst()
      if (!oldest || !newest) return undefined
      const group = Math.max(groupOf(oldest.seq), ((await lastGroup(orgId)) ?? -1) + 1)
      const [first, last] = [group * GROUP + 1, (group + 1) * GROUP]
      return newest.seq < last ? undefined : { group, first, last }
    },

    /** The events after a number, up to another, as far as signatures need them. */
    events: (orgId: string, after: number, to: number, limit: number): Promise<SignedEvent[]> =>
      db
        .selectFrom('audit_events')
        .select(['seq', 'action', 'actor_id', 'resource_id', 'vault_id', 'details', 'ip_address'])
        .where('org_id', '=', orgId)
        .where('seq', '>', after)
        .where('seq', '<=', to)
        .orderBy('seq')
        .limit(limit)
        .execute(),

    /** Adds the signatures of a group. Several processes may do it at once. */
    async add(orgId: string, group: number, parts: readonly SignaturePart[]): Promise<void> {
      for (let at = 0; at < parts.length; at += ADDED_AT_ONCE) {
        const rows = parts.slice(at, at + ADDED_AT_ONCE)
        await db
          .insertInto('audit_texts')
          .values(rows.map(({ part, bits }) => ({ org_id: orgId, event_group: group, part, bits })))
          .onConflict(on => on.doNothing())
          .execute()
      }
    },

    /** Removes the signatures of groups whose last event is at most this one. */
    async forget(orgId: string, to: number): Promise<void> {
      const own = db.deleteFrom('audit_texts').where('org_id', '=', orgId)
      await own.where('event_group', '<', groupOf(to + 1)).execute()
    },

    /** Blocks that probably have events with all the words, in the order of the filter, a few at a time. */
    async *blocks({ orgId, order }: EventFilter, wanted: readonly Wanted[], span: Span): AsyncGenerator<Span[]> {
      const [oldest, newest] = [groupOf(span.first), groupOf(span.last)]
      for (let done = 0, some = FIRST_GROUPS; done <= newest - oldest; done += some, some = MOST_GROUPS) {
        const count = Math.min(some, newest - oldest + 1 - done)
        const groups = Array.from({ length: count }, (_, at) => (order === 'desc' ? newest - done - at : oldest + done + at))
        const found = await having({ db, engine }, orgId, groups, wanted)
        yield found
          .flatMap(({ group, blocks }) => {
            const spans = spansOf(group, blocks)
            return order === 'desc' ? spans.reverse() : spans
          })
          .map(({ first, last }) => ({ first: Math.max(first, span.first), last: Math.min(last, span.last) }))
          .filter(({ first, last }) => first <= last)
      }
    },
  }
}

/** The bits of some blocks of a group, one for each, as in the table. */
interface Found {
  readonly group: number
  readonly blocks: bigint
}

/** The groups with a block that has every slot of an alternative of each word. A few slots exclude most groups. */
async function having(asked: Asked, orgId: string, groups: readonly number[], wanted: readonly Wanted[]): Promise<Found[]> {
  let left = groups
  let found: Found[] = []
  for (const most of [FIRST_SLOTS, Number.POSITIVE_INFINITY]) {
    const some = wanted.map(alternatives => alternatives.map(slots => slots.slice(0, most)))
    const bitsOf = await lookedUp(asked, orgId, left, [...new Set(some.flat(2))])
    const blocksOf = (group: number) => {
      const all = (slots: readonly number[]) => slots.reduce((bits, slot) => bits & bitsOf(group, slot), ALL)
      return some.reduce((bits, alternatives) => bits & alternatives.reduce((any, slots) => any | all(slots), 0n), ALL)
    }
    found = left.map(group => ({ group, blocks: blocksOf(group) })).filter(({ blocks }) => blocks !== 0n)
    left = found.map(({ group }) => group)
    if (wanted.flat().every(slots => slots.length <= most)) return found
  }
  return found
}

type BitsOf = (group: number, slot: number) => bigint

/** The bits of the slots in each of the groups. */
async function lookedUp(
  { db, engine }: Asked,
  orgId: string,
  groups: readonly number[],
  slots: readonly number[],
): Promise<BitsOf> {
  const isPostgres = engine === 'postgres'
  const list = (numbers: readonly number[], name: string) =>
    isPostgres
      ? sql`unnest(${numbers}::int[]) as ${sql.ref(name)}(value)`
      : sql`json_each(${JSON.stringify(numbers)}) as ${sql.ref(name)}`
  const [wide, size] = [sql.lit(SLOTS_IN_PART), sql.lit(SLOT_BYTES)]
  const from = sql`slot.value % ${wide} * ${size} + 1`
  // As text, because a buffer for each takes longer.
  const bits = isPostgres
    ? sql`encode(substring(bits from ${from} for ${size}), 'hex')`
    : sql`hex(substr(bits, ${from}, ${size}))`
  const { rows } = await sql<{ event_group: number; slot: number; bits: string }>`
    select event_group, slot.value as slot, ${bits} as bits
    from ${list(groups, 'wanted')} cross join ${list(slots, 'slot')} cross join audit_texts
    where org_id = ${orgId} and event_group = wanted.value and part = slot.value / ${wide}`.execute(db)
  const known = new Map(rows.map(row => [keyOf(Number(row.event_group), row.slot), BigInt(`0x${row.bits}`)]))
  return (group, slot) => known.get(keyOf(group, slot)) ?? 0n
}

const keyOf = (group: number, slot: number) => group * SLOTS + slot

/** The bits of a block are in bytes from left to right, and in each byte from right to left. */
function spansOf(group: number, blocks: bigint): Span[] {
  const first = group * GROUP + 1
  return Array.from({ length: BLOCKS }, (_, block) => block)
    .filter(block => (blocks >> BigInt((SLOT_BYTES - 1 - (block >> 3)) * 8 + (block & 7))) & 1n)
    .map(block => ({ first: first + block * BLOCK, last: first + (block + 1) * BLOCK - 1 }))
}
