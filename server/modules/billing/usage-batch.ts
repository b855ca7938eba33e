import type { PeriodUsage, ShareUsage } from '../../stores/billing/usage.ts'
import { addCells, MAX_EVENTS, MAX_SPAN_MS, type UsageEvent, type UsagePack } from '../../stores/billing/usage-pack.ts'
import { dayOf } from './periods.ts'

/** The operation of a request: one object for each operation, so its counters are found without comparing strings. */
export interface Route {
  readonly method: string
  /** The template of its path. */
  readonly path: string
}

/** An answered request. */
export interface Answered extends Omit<UsageEvent, 'id' | 'method' | 'endpoint'> {
  readonly route: Route
  /** Whether it counts: it counts now, it was already counted, or it was refused for lack of payment and does not count. */
  readonly counts: 'now' | 'already' | 'never'
}

interface Sum {
  requests: number
  paidRequests: number
  costMicros: number
}

/** One principal or route of a batch. */
interface Share extends Sum {
  readonly index: number
  /** `agent:<id>` or `GET /v1/…` */
  readonly name: string
}

/** Unwritten requests of one organisation and one day, with their part of its sums. */
export interface UsageBatch {
  readonly orgId: string
  /** `2026-11-29` */
  readonly day: string
  /** When the first of them was answered, epoch milliseconds. */
  readonly from: number
  /** Their part of the sums of the month and the day: the month can already include some of them. */
  readonly month: Sum
  readonly whole: Sum
  /** By id: the ids of users and agents are different UUIDs. */
  readonly principals: Map<string, Share>
  readonly routes: Map<Route, Share>
  readonly cells: number[]
  /** The number of requests. */
  size: number
}

export function newBatch(orgId: string, from: number): UsageBatch {
  const [month, whole] = [nothing(), nothing()]
  return { orgId, day: dayOf(from), from, month, whole, principals: new Map(), routes: new Map(), cells: [], size: 0 }
}

/** Whether a request at an instant can go into this batch: on the same day, and at about the same time. */
export function fits({ from, day, size }: UsageBatch, at: number): boolean {
  return size < MAX_EVENTS && Math.abs(at - from) * 2 < MAX_SPAN_MS && dayOf(at) === day
}

export function addTo(batch: UsageBatch, event: Answered): void {
  const principal = batch.principals.get(event.principalId) ?? newPrincipal(batch, event)
  const route = batch.routes.get(event.route) ?? newRoute(batch, event)
  addCells(batch.cells, event, principal.index, route.index)
  batch.size += 1
  if (event.counts === 'never') return
  const sums = event.counts === 'now' ? [principal, route, batch.whole, batch.month] : [principal, route, batch.whole]
  for (const sum of sums) {
    sum.requests += 1
    if (event.paidBy === null) continue
    sum.paidRequests += 1
    sum.costMicros += event.priceMicros
  }
}

export function packOf({ orgId, principals, routes, cells }: UsageBatch): UsagePack {
  return { orgId, principals: namesOf(principals), routes: namesOf(routes), cells }
}

/** The number of its rows: itself, its month, its day, and its shares. */
export function rowsOf({ principals, routes }: UsageBatch): number {
  return 3 + principals.size + routes.size
}

/** The sums of batches by month and day: each organisation and period once, in a fixed order, so that two writers cannot deadlock. */
export function periodsOf(batches: readonly UsageBatch[]): PeriodUsage[] {
  const sums = new Map<string, Pick<PeriodUsage, 'orgId' | 'period'> & Sum>()
  for (const { orgId, day, month, whole } of batches) {
    if (whole.requests === 0) continue
    addSum(sums, month, { orgId, period: day.slice(0, 7) })
    addSum(sums, whole, { orgId, period: day })
  }
  return inOrder(sums)
}

/** The same for principals and routes. */
export function sharesOf(batches: readonly UsageBatch[]): ShareUsage[] {
  const sums = new Map<string, Pick<ShareUsage, 'orgId' | 'month' | 'kind' | 'name'> & Sum>()
  for (const { orgId, day, principals, routes } of batches) {
    const month = day.slice(0, 7)
    for (const [kind, shares] of [['principal', principals] as const, ['route', routes] as const]) {
      for (const share of shares.values()) if (share.requests > 0) addSum(sums, share, { orgId, month, kind, name: share.name })
    }
  }
  return inOrder(sums)
}

function addSum<Key extends object>(sums: Map<string, Key & Sum>, more: Sum, key: Key): void {
  const name = Object.values(key).join(' ')
  const sum = sums.get(name) ?? { ...key, ...nothing() }
  sums.set(name, sum)
  sum.requests += more.requests
  sum.paidRequests += more.paidRequests
  sum.costMicros += more.costMicros
}

function newPrincipal({ principals }: UsageBatch, { principalType, principalId }: Answered): Share {
  const share = { index: principals.size, name: `${principalType}:${principalId}`, ...nothing() }
  principals.set(principalId, share)
  return share
}

function newRoute({ routes }: UsageBatch, { route }: Answered): Share {
  const share = { index: routes.size, name: `${route.method} ${route.path}`, ...nothing() }
  routes.set(route, share)
  return share
}

function namesOf(shares: ReadonlyMap<unknown, Share>): string[] {
  return Array.from(shares.values(), ({ name }) => name)
}

function nothing(): Sum {
  return { requests: 0, paidRequests: 0, costMicros: 0 }
}

function inOrder<T>(sums: ReadonlyMap<string, T>): T[] {
  return [...sums.keys()].sort().map(key => sums.get(key) as T)
}
