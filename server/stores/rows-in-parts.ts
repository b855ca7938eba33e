/** Rows of one query. */
const AT_ONCE = 500

/**
 * Rows in the order of their ids, some at a time: converting thousands of rows at once would delay all requests. Rows that were deleted in
 * the meantime are left out.
 */
export async function inParts<Row extends { readonly id: string }>(
  ids: readonly { readonly id: string }[],
  rowsOf: (some: readonly string[]) => Promise<readonly Row[]>,
): Promise<Row[]> {
  const rows: Row[] = []
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE).map(({ id }) => id)
    const found = new Map((await rowsOf(some)).map(row => [row.id, row]))
    rows.push(...some.flatMap(id => found.get(id) ?? []))
  }
  return rows
}
