import { type RawBuilder, sql } from 'kysely'
import type { Handle } from './database.ts'
import type { Schema } from './schema/schema.ts'

/** Unneeded rows: of a table, by its primary key, with a condition. */
type Unneeded = {
  [Table in keyof Schema]: {
    readonly table: Table
    readonly key: readonly (keyof Schema[Table] & string)[]
    readonly where: RawBuilder<unknown>
  }
}[keyof Schema]

/**
 * Deletes some of the rows, up to `most` of each kind, so no transaction is long; within a unit of work. Rows that another process is about
 * to delete are left to it. Returns whether there could be more.
 */
export async function deleteSome({ db, engine }: Handle, most: number, ...kinds: readonly Unneeded[]): Promise<boolean> {
  const lock = engine === 'postgres' ? sql` FOR UPDATE SKIP LOCKED` : sql``
  let more = false
  for (const { table, key, where } of kinds) {
    const from = sql.table(table)
    const columns = sql.join(key.map(name => sql.ref(name)))
    const some = sql`SELECT ${columns} FROM ${from} WHERE ${where} LIMIT ${most}${lock}`
    const { rows } = await sql`DELETE FROM ${from} WHERE (${columns}) IN (${some}) RETURNING 1`.execute(db)
    if (rows.length >= most) more = true
  }
  return more
}
