import { sql } from 'kysely'

/** What people tell events apart by. `views`: somebody looked at a list, a vault or a policy, and no value was revealed. */
export type EventKind = 'reads' | 'changes' | 'sign-ins' | 'views'

/** How what an event tells ended. */
export type EventOutcome = 'ok' | 'denied' | 'failed'

const VIEWS = ['secret.list', 'vault.read', 'policy.list', 'policy.explain', 'search.find']
/** Values were revealed. */
const READS = ['secret.read', 'share.open']

const actions = (names: readonly string[]) => sql.join(names.map(name => sql.lit(name)))

/** Those that came to nothing; word for word the condition of an index, migration 0031. Details are canonical JSON of one level. */
const REFUSED = sql<boolean>`(details LIKE '%"outcome":%' OR action = 'auth.failure')`

const CONDITIONS = {
  // A look that was denied is no noise.
  views: sql<boolean>`(action in (${actions(VIEWS)}) and not ${REFUSED})`,
  reads: sql<boolean>`(action in (${actions(READS)}) or (action in (${actions(VIEWS)}) and ${REFUSED}))`,
  'sign-ins': sql<boolean>`action like 'auth.%'`,
  changes: sql<boolean>`(action not in (${actions([...VIEWS, ...READS])}) and action not like 'auth.%')`,
} satisfies Record<EventKind, unknown>

const ALL = Object.keys(CONDITIONS) as EventKind[]

/** Of one of these kinds. What is left out is said where that is less. */
export function ofKinds(kinds: readonly EventKind[]) {
  const others = ALL.filter(kind => !kinds.includes(kind))
  if (others.length === 0) return sql<boolean>`1 = 1`
  if (others.length === 1) return sql<boolean>`not ${CONDITIONS[others[0] as EventKind]}`
  return sql<boolean>`(${sql.join(
    kinds.map(kind => CONDITIONS[kind]),
    sql` or `,
  )})`
}

/** With one of these outcomes. */
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
