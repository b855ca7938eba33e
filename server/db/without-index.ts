import { sql } from 'kysely'

/** A column of text in a condition that the engine is not to look rows up by: another one of the same question narrows more. */
export function withoutIndex(column: string) {
  return sql<string>`(${sql.ref(column)} || '')`
}
