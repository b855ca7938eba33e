import { Problem } from '../../src/problem.ts'

/** The page parameters of a request. */
export interface PageQuery {
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

/** The default number of items of a page, and its maximum size in bytes of JSON. */
export const PAGE_ITEMS = 1000
export const PAGE_BYTES = 4 * 1024 * 1024

export interface Page<T> {
  readonly items: readonly T[]
  /** Absent on the last page. */
  readonly next_cursor?: string
}

/**
 * One page of a list in memory, in order. A cursor names the last item of the previous page and its position: if that item no longer
 * exists, the list continues at that position.
 * @throws Problem `request.invalid` for an unknown cursor
 */
export function pageOf<T>(all: readonly T[], { limit = PAGE_ITEMS, cursor }: PageQuery, idOf: (item: T) => string): Page<T> {
  const start = cursor === undefined ? 0 : startOf(all, cursor, idOf)
  let bytes = 0
  let end = start
  while (end < all.length && end - start < limit) {
    bytes += JSON.stringify(all[end]).length
    if (bytes > PAGE_BYTES && end > start) break
    end++
  }
  const items = all.slice(start, end)
  const last = items.at(-1)
  return end < all.length && last !== undefined ? { items, next_cursor: cursorOf(end, idOf(last)) } : { items }
}

/** As many items, in the form of the reply, as fit into a page; at least one. For lists that the database pages. */
export function fitting<T>(items: readonly T[]): readonly T[] {
  let bytes = 0
  const over = items.findIndex(item => {
    bytes += JSON.stringify(item).length
    return bytes > PAGE_BYTES
  })
  return over < 0 ? items : items.slice(0, Math.max(1, over))
}

/** A page in the form of the reply: the items under the list's name. */
export function pageReply<Name extends string, T, Body>(
  name: Name,
  all: readonly T[],
  query: PageQuery,
  { idOf, body }: { readonly idOf: (item: T) => string; readonly body: (item: T) => Body },
): Record<Name, Body[]> & { next_cursor?: string } {
  const { items, ...next } = pageOf(all, query, idOf)
  return { ...({ [name]: items.map(body) } as Record<Name, Body[]>), ...next }
}

function startOf<T>(all: readonly T[], cursor: string, idOf: (item: T) => string): number {
  const [, place, id] = /^(\d{1,9})\.(.+)$/s.exec(decode(cursor)) ?? []
  if (place === undefined) throw unknownCursor()
  const stood = Number(place)
  const before = all[stood - 1]
  if (before !== undefined && idOf(before) === id) return stood
  const now = all.findIndex(item => idOf(item) === id)
  return now < 0 ? stood : now + 1
}

const cursorOf = (place: number, id: string) => Buffer.from(`${place}.${id}`).toString('base64url')

/** PostgreSQL refuses a parameter with NUL, which no item has. */
function decode(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString()
  if (text.includes('\0')) throw unknownCursor()
  return text
}

/** A cursor that is the key of the last item of the previous page, for lists that the database pages. */
export const keyCursor = {
  of: (key: string) => Buffer.from(`k.${key}`).toString('base64url'),
  /** @throws Problem `request.invalid` for a cursor that does not come from a page. */
  read(cursor: string | undefined): string | undefined {
    if (cursor === undefined) return undefined
    const text = decode(cursor)
    if (!text.startsWith('k.')) throw unknownCursor()
    return text.slice(2)
  },
}

/** The same for lists in order of creation. */
export const madeAt = {
  of: ({ created_at, id }: { readonly created_at: number; readonly id: string }) => keyCursor.of(`${created_at} ${id}`),
  /** @throws Problem `request.invalid` for a cursor that does not come from a page. */
  read(cursor: string | undefined): { created_at: number; id: string } | undefined {
    const key = keyCursor.read(cursor)
    if (key === undefined) return undefined
    const [, at, id] = /^(\d{1,15}) (.{1,64})$/.exec(key) ?? []
    if (at === undefined || id === undefined) throw unknownCursor()
    return { created_at: Number(at), id }
  },
}

function unknownCursor(): Problem {
  return new Problem('request.invalid', 'cursor must be the next_cursor of a page.', {
    fields: { cursor: 'is not a next_cursor' },
  })
}
