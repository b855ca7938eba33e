import { keyCursor, PAGE_BYTES, PAGE_ITEMS, type PageQuery } from '../../http/paging.ts'
import { filterInSlices } from '../../http/slices.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import type { MayRead } from '../../policy/grant.ts'
import type { PathRange } from '../../stores/secrets.ts'

/** The fields of a listed secret that determine the size of a page. */
interface Listed {
  readonly path: string
  readonly metadata?: string | null
}

/** A page of a vault's secrets. */
export interface SecretPage<Row> {
  readonly rows: readonly Row[]
  /** Absent on the last page. */
  readonly next_cursor?: string
}

/** The maximum number of rows fetched at once: the driver holds each of them in memory a second time until all are read. */
const BATCH = 334
/** The size of a row in a reply without its path and metadata, in bytes. */
const ROW_BYTES = 400

/**
 * Lists a vault page by page: by path, from the end of the previous page, and only where the caller's policies can match at all. A page is
 * limited in items and bytes; its cost depends on the page, not on the vault, and other work runs in between.
 */
export function secretPages<Row extends Listed>(fetch: (vault: VaultPlace, range: PathRange) => Promise<Row[]>) {
  return async (
    vault: VaultPlace,
    mayRead: MayRead,
    prefix: string,
    { limit = PAGE_ITEMS, cursor }: PageQuery,
  ): Promise<SecretPage<Row>> => {
    const rows: Row[] = []
    let bytes = 0
    const rowsAtOnce = Math.ceil((limit + 1) / Math.ceil((limit + 1) / BATCH))
    for (let after = keyCursor.read(cursor); ; ) {
      const range = { prefix, heads: mayRead.heads, after, limit: rowsAtOnce }
      const batch = await fetch(vault, range)
      for (const row of await filterInSlices(batch, ({ path }) => mayRead(path))) {
        bytes += row.path.length + (row.metadata?.length ?? 0) + ROW_BYTES
        const last = rows.at(-1)
        if (last && (rows.length === limit || bytes > PAGE_BYTES)) return { rows, next_cursor: keyCursor.of(last.path) }
        rows.push(row)
      }
      if (batch.length < range.limit) return { rows }
      after = batch.at(-1)?.path
    }
  }
}
