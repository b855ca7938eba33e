import { sql } from 'kysely'

/** A text column in a condition for which the engine must not use an index, because another condition of the query is narrower. */
export function withoutIndex(column: string) {
  return sql<string>`(${sql.ref(column)} || '')`
}
