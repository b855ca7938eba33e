import { CompiledQuery } from 'kysely'
import type { Engine, Handle } from '../../db/database.ts'
import type { NamedQuery } from '../../db/prepared.ts'
import { type AuditKeys, type MacKey, numbered } from '../audit/mac.ts'
import { isPlaceMacOf, placeMacs } from './place-mac.ts'

/** A secret with the MAC of its place. */
export interface PlacedRow {
  readonly id: string
  readonly vault_id: string
  readonly org_id: string
  readonly path: string
  readonly latest_version: number
  readonly mac: string | null
}

export type SecretPlaceStore = ReturnType<typeof secretPlaceStore>

const GIVEN: Readonly<Record<Engine, string>> = {
  sqlite: given('?', 'IS', 'json_each', 'INTEGER'),
  postgres: given('$1', 'IS NOT DISTINCT FROM', 'json_array_elements', 'BIGINT'),
}

/** One statement for many rows, each only if it has not changed since it was read. */
function given(rows: string, same: string, each: string, int: string): string {
  const json = each === 'json_each' ? rows : `${rows}::json`
  return `UPDATE secrets SET mac = made.mac FROM (
      SELECT value ->> 0 AS id, value ->> 1 AS path, CAST(value ->> 2 AS ${int}) AS latest, value ->> 3 AS former, value ->> 4 AS mac
      FROM ${each}(${json})) AS made
    WHERE secrets.id = made.id AND secrets.path = made.path AND secrets.latest_version = made.latest AND secrets.mac ${same} made.former`
}

const placeOf = ({ vault_id, org_id }: PlacedRow) => ({ id: vault_id, orgId: org_id })

/** MACs of the places of secrets, of all organisations: to create them the first time, and to replace their key. */
export function secretPlaceStore({ db, execute, engine }: Handle, auditKeys: AuditKeys) {
  const macs = placeMacs(auditKeys)
  const rows = () =>
    db
      .selectFrom('secrets as s')
      .innerJoin('vaults', 'vaults.id', 's.vault_id')
      .select(['s.id', 's.vault_id', 'vaults.org_id', 's.path', 's.latest_version', 's.mac'])

  return {
    /** Whether there are any secrets. */
    any: async (): Promise<boolean> => (await db.selectFrom('secrets').select('id').limit(1).execute()).length > 0,

    /** The next secrets without a MAC, by id. */
    unproven: (after: string, limit: number): Promise<PlacedRow[]> =>
      rows().where('s.mac', 'is', null).where('s.id', '>', after).orderBy('s.id').limit(limit).execute(),

    /** The next secrets with a MAC by a key, by id. */
    provenBy: ({ number }: Pick<MacKey, 'number'>, after: string, limit: number): Promise<PlacedRow[]> =>
      rows()
        .where('s.mac', number === 1 ? 'not like' : 'like', number === 1 ? '%.%' : numbered(number, '%'))
        .where('s.id', '>', after)
        .orderBy('s.id')
        .limit(limit)
        .execute(),

    /** The next secrets, by id. */
    next: (after: string, limit: number): Promise<PlacedRow[]> =>
      rows().where('s.id', '>', after).orderBy('s.id').limit(limit).execute(),

    /** The same, among these ids. */
    these: (ids: readonly string[]): Promise<PlacedRow[]> =>
      ids.length === 0 ? Promise.resolve([]) : rows().where('s.id', 'in', ids).execute(),

    /**
     * The secrets that were changed in the database.
     * @throws Problem `keys.unavailable`
     */
    wrong: (found: readonly PlacedRow[]): readonly PlacedRow[] => found.filter(row => !macs.isRight(placeOf(row), row)),

    /**
     * Gives them MACs by the current key. A secret that already has a MAC gets another only if it is valid. A secret that was changed in
     * the meantime already has a new one.
     */
    async prove(found: readonly PlacedRow[]): Promise<void> {
      const keys = auditKeys()
      const right = found.filter(row => row.mac === null || (keys && isPlaceMacOf(keys, placeOf(row), row, row.mac)))
      if (right.length === 0) return
      const made = right.map(row => [row.id, row.path, row.latest_version, row.mac, macs.of(placeOf(row), row)])
      const named: NamedQuery = { ...CompiledQuery.raw(GIVEN[engine], [JSON.stringify(made)]), name: 'places proven' }
      await execute(named)
    },
  }
}
