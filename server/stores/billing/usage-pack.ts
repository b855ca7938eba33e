import { randomUUID } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Schema } from '../../db/schema/schema.ts'

/** An answered request. */
export interface UsageEvent {
  /** A UUID of version 7 (RFC 9562 §5.7): later events sort after earlier ones. */
  readonly id: string
  readonly orgId: string
  readonly principalType: string
  readonly principalId: string
  readonly method: string
  /** The template of its route. */
  readonly endpoint: string
  readonly status: number
  readonly priceMicros: number
  readonly paidBy: 'credits' | 'x402' | null
  /** Epoch milliseconds. */
  readonly at: number
}

/** Requests of one organisation stored together in one row: a separate row for each would be most of the cost of counting. */
export interface UsagePack {
  readonly orgId: string
  /** `agent:<id>`, each only once. */
  readonly principals: readonly string[]
  /** `GET /v1/…`, each only once. */
  readonly routes: readonly string[]
  /** For each request: its time, the index of its principal and route, its status, its price, and what paid for it. */
  readonly cells: readonly number[]
}

type PackRow = Selectable<Schema['usage_packs']>

const CELLS = 6
const PAID_BY = [null, 'credits', 'x402'] as const

/** The number of events that the last three digits of an id can distinguish. */
export const MAX_EVENTS = 4096
const INDEX_DIGITS = 3
/** Digits of the time in an id. */
const TIME_DIGITS = 12

/** The longest time from the first request of a pack to its last: a page starts its search that much later. */
export const MAX_SPAN_MS = 60_000

/** Adds the stored fields of one request to `cells`. */
export function addCells(
  cells: number[],
  { at, status, priceMicros, paidBy }: Pick<UsageEvent, 'at' | 'status' | 'priceMicros' | 'paidBy'>,
  principal: number,
  route: number,
): void {
  cells.push(at, principal, route, status, priceMicros, PAID_BY.indexOf(paidBy))
}

/** The prefix of an instant's ids; it sorts before each of them. */
export function leastId(ms: number): string {
  const time = ms.toString(16).padStart(TIME_DIGITS, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}`
}

/** The time of the event with an id, in epoch milliseconds. */
export function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}

/** The random part of the ids is the same within a pack, except for the number of the event. */
export function packRow({ orgId, principals, routes, cells }: UsagePack): PackRow {
  const seed = randomUUID().slice(15, -INDEX_DIGITS)
  let [first, last] = [0, 0]
  for (let at = 0; at < cells.length; at += CELLS) {
    if ((cells[at] as number) < (cells[first] as number)) first = at
    if ((cells[at] as number) >= (cells[last] as number)) last = at
  }
  const from = cells[first] as number
  return {
    org_id: orgId,
    last_id: idOf(cells[last] as number, seed, last / CELLS),
    first_id: idOf(from, seed, first / CELLS),
    events: cells.length / CELLS,
    principals: JSON.stringify(principals),
    routes: JSON.stringify(routes),
    cells: JSON.stringify(cells.map((cell, index) => (index % CELLS === 0 ? cell - from : cell))),
  }
}

/** In the order in which they were added: all, or those of one principal (`agent:<id>`). */
export function eventsOf(row: PackRow, principal?: string): UsageEvent[] {
  const names = JSON.parse(row.principals) as string[]
  const wanted = principal === undefined ? undefined : names.indexOf(principal)
  const principals = names.map(name => split(name, ':'))
  const routes = (JSON.parse(row.routes) as string[]).map(name => split(name, ' '))
  const cells = JSON.parse(row.cells) as number[]
  const from = timeOf(row.first_id)
  const seed = row.last_id.slice(15, -INDEX_DIGITS)
  const found: UsageEvent[] = []
  for (let at = 0; at < cells.length; at += CELLS) {
    if (wanted !== undefined && cells[at + 1] !== wanted) continue
    const [after = 0, who = 0, route = 0, status = 0, priceMicros = 0, paid = 0] = cells.slice(at, at + CELLS)
    const [principalType = '', principalId = ''] = principals[who] ?? []
    const [method = '', endpoint = ''] = routes[route] ?? []
    const paidBy = PAID_BY[paid] ?? null
    const id = idOf(from + after, seed, at / CELLS)
    const event = {
      id,
      orgId: row.org_id,
      principalType,
      principalId,
      method,
      endpoint,
      status,
      priceMicros,
      paidBy,
      at: from + after,
    }
    found.push(event)
  }
  return found
}

function idOf(ms: number, seed: string, index: number): string {
  return `${leastId(ms)}-7${seed}${index.toString(16).padStart(INDEX_DIGITS, '0')}`
}

function split(name: string, mark: string): readonly [string, string] {
  const at = name.indexOf(mark)
  return [name.slice(0, at), name.slice(at + 1)]
}
