import type { Selectable } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { prepared } from '../../db/prepared.ts'
import type { Schema } from '../../db/schema/schema.ts'

type Columns = Partial<Selectable<Schema['transactions']>>

/** Changes a transaction that is in a given state; there is one statement for each of the few sets of columns. */
export function changing(handle: Handle): (orgId: string, id: string, from: string, columns: Columns) => Promise<boolean> {
  const statements = new Map<
    string,
    (p: Columns & { org: string; of: string; from: string }) => Promise<{ numAffectedRows?: bigint }>
  >()
  const statementOf = (names: readonly string[]) =>
    prepared(handle, (db, p: Columns & { org: string; of: string; from: string }) =>
      db
        .updateTable('transactions')
        .set(Object.fromEntries(names.map(name => [name, p[name as keyof Columns]])))
        .where('org_id', '=', p.org)
        .where('id', '=', p.of)
        .where('status', '=', p.from),
    )
  return async (orgId, id, from, columns) => {
    const names = Object.keys(columns).sort()
    const key = names.join()
    const statement = statements.get(key) ?? statementOf(names)
    statements.set(key, statement)
    return (await statement({ ...columns, org: orgId, of: id, from })).numAffectedRows === 1n
  }
}
