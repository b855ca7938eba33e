import { sql } from 'kysely'

/** Actions that the indexes by action and by vault leave out, because most events have them and they change nothing; migration 0022. */
export const FREQUENT = ['secret.read', 'secret.list', 'auth.success']

/** For a query that should use those indexes; the planner must see the values. */
export function frequentActions() {
  return FREQUENT.map(action => sql.lit(action))
}
