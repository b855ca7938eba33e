import { sql } from 'kysely'

/** The kinds of events, for people. `views`: a person looked at a list, a vault or a policy, and no value was revealed. */
export type EventKind = 'reads' | 'changes' | 'sign-ins' | 'views'

/** The outcomes of events. */
export type EventOutcome = 'ok' | 'denied' | 'failed'

const VIEWS = ['secret.list', 'vault.read', 'policy.list', 'policy.explain', 'search.find']
/** Values were revealed. */
const READS = ['secret.read', 'share.open']

const oneOf = (names: readonly string[]) => names.map(name => `'${name}'`).join(', ')

/**
 * Failed and denied events; this must equal the condition of an index word for word (migration 0031). Details are canonical JSON with one
 * level.
 */
const REFUSED_TEXT = `(details LIKE '%"outcome":%' OR action = 'auth.failure')`
const REFUSED = sql<boolean>`${sql.raw(REFUSED_TEXT)}`

const CONDITIONS: Readonly<Record<EventKind, string>> = {
  // A denied view is never hidden as noise.
  views: `(action IN (${oneOf(VIEWS)}) AND NOT ${REFUSED_TEXT})`,
  reads: `(action IN (${oneOf(READS)}) OR (action IN (${oneOf(VIEWS)}) AND ${REFUSED_TEXT}))`,
  'sign-ins': `action LIKE 'auth.%'`,
  changes: `(action NOT IN (${oneOf([...VIEWS, ...READS])}) AND action NOT LIKE 'auth.%')`,
}

/** Most events are reads: the index leaves them out. */
export type IndexedKind = Exclude<EventKind, 'reads'>
export const isIndexedKind = (kind: EventKind): kind is IndexedKind => kind !== 'reads'

/** SQL for the kind of an event as the index has it; null for reads. */
export const INDEXED_KIND = `CASE WHEN ${CONDITIONS.views} THEN 'views' WHEN ${CONDITIONS.reads} THEN NULL
  WHEN ${CONDITIONS['sign-ins']} THEN 'sign-ins' ELSE 'changes' END`

const isOf = (kind: EventKind) => sql<boolean>`${sql.raw(CONDITIONS[kind])}`

const ALL = Object.keys(CONDITIONS) as EventKind[]

/** Events with one of these kinds. If only one kind is excluded, the condition names that one. */
export function ofKinds(kinds: readonly EventKind[]) {
  const others = ALL.filter(kind => !kinds.includes(kind))
  if (others.length === 0) return sql<boolean>`1 = 1`
  if (others.length === 1) return sql<boolean>`not ${isOf(others[0] as EventKind)}`
  return sql<boolean>`(${sql.join(kinds.map(isOf), sql` or `)})`
}

/** Events with one of these outcomes. */
export function withOutcomes(outcomes: readonly EventOutcome[]) {
  const denied = sql<boolean>`details LIKE '%"outcome":"denied"%'`
  const wants = (outcome: EventOutcome) => outcomes.includes(outcome)
  if (wants('ok')) {
    if (wants('denied')) return wants('failed') ? sql<boolean>`1 = 1` : sql<boolean>`(not ${REFUSED} or ${denied})`
    return wants('failed') ? sql<boolean>`not ${denied}` : sql<boolean>`not ${REFUSED}`
  }
  if (wants('denied') && wants('failed')) return REFUSED
  return wants('denied') ? sql<boolean>`(${REFUSED} and ${denied})` : sql<boolean>`(${REFUSED} and not ${denied})`
}
