import type { Contract } from '../../../../src/contract/all.ts'

type Query = NonNullable<Contract['audit.events']['query']>

/** The filters of events in an address; other pages use them for their links. */
const NAMES = ['q', 'kinds', 'outcome', 'actor_type', 'actor_id', 'action', 'resource_id', 'vault_id', 'from', 'to'] as const

/** What else the page shows; not a filter. */
const SHOWN = ['cursor', 'view', 'days', 'hours'] as const

export type Name = (typeof NAMES)[number] | (typeof SHOWN)[number] | 'views'
export type EventQuery = Readonly<Partial<Record<Name, string>>>

/** Changes of a query; an empty text removes an entry. */
export type Change = Readonly<Partial<Record<Name, string>>>

export const REFUSED = 'denied,failed'
export const KINDS = ['reads', 'changes', 'sign-ins'] as const

const DAY_MS = 86_400_000

/** The query in an address. */
export function eventQueryIn(query: URLSearchParams): EventQuery {
  return Object.fromEntries(
    ([...NAMES, 'views', ...SHOWN] as const).flatMap(name => (query.get(name) ? [[name, query.get(name)]] : [])),
  )
}

/** The query string of the changed query; another query starts with its newest page. */
export function searchOf(question: EventQuery, change: Change): string {
  const next = { ...question, cursor: '', ...change }
  const entries = Object.entries(next).filter(([, value]) => value !== '')
  return entries.length > 0 ? `?${new URLSearchParams(entries)}` : ''
}

/** The query for the API. Views of lists are hidden unless they, or denials, are requested. */
export function queryOf({ views, cursor: _, view: __, days: ___, hours: ____, ...question }: EventQuery): Query {
  const kinds = question.kinds ?? (views || question.outcome || question.action ? undefined : KINDS.join(','))
  const all = { ...question, kinds: views && question.kinds ? `${question.kinds},views` : kinds }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Query
}

/** Whether anything narrows it down. */
export function isNarrowed({ cursor: _, views: __, view: ___, days: ____, hours: _____, ...question }: EventQuery): boolean {
  return Object.keys(question).length > 0
}

/** The first moment of the last seven days, of which today is one; UTC, as days are counted. */
export function weekAgo(now: number): string {
  return new Date(Math.floor(now / DAY_MS - 6) * DAY_MS).toISOString()
}

interface Times {
  readonly from: string
  readonly to: string
}

/** From the first moment of a day (`2026-03-01`) to the last of another. */
export function daysIn(from: string, to: string): Times {
  return { from: `${from}T00:00:00.000Z`, to: `${to}T23:59:59.999Z` }
}

/** The same also for hours, by their starts (`2026-03-01T14:00:00.000Z`). */
export function timesIn(from: string, to: string): Times {
  return from.includes('T') ? { from, to: new Date(Date.parse(to) + 3_599_999).toISOString() } : daysIn(from, to)
}

/** Whether a period covers whole days: it starts with one, and ends with one unless it has no end. */
export function isWholeDays(from: string | undefined, to: string | undefined): boolean {
  return (from?.endsWith('T00:00:00.000Z') ?? true) && (to?.endsWith('T23:59:59.999Z') ?? true)
}
