import { keyCursor, PAGE_BYTES, PAGE_ITEMS, type PageQuery } from '../../http/page.ts'
import { filterInSlices } from '../../http/slices.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import type { MayRead } from '../../policy/grant.ts'
import type { PathRange } from '../../stores/secrets.ts'

/** What a list has of a secret, as far as it counts for how long a page is. */
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

/** Rows fetched in one go, whatever the page wants: of some of them the caller may read nothing. */
const BATCH = 1000
/** What a row takes in a reply beside its path and metadata, in bytes. */
const ROW_BYTES = 400

/**
 * Lists a vault page by page: by path, from where the page before ended, and only where the caller's policies can match at all. A page is
 * bounded in items and bytes; what it costs is bounded by the page, not by the vault, and others get their turn in between.
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
    for (let after = keyCursor.read(cursor); ; ) {
      const range = { prefix, heads: mayRead.heads, after, limit: Math.min(BATCH, limit + 1) }
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
