import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { type Column, declaredColumns, inOrder, schemaTable } from '../../../../scripts/golden/schema.ts'
import type { Engine, Handle } from '../../../../server/db/database.ts'
import { openDatabase } from '../../../../server/db/open.ts'
import { ENGINES, newPlace } from '../../../support/databases.ts'
import { ROOT } from '../../../support/house/files.ts'

/** The engines' names of column types. */
const TYPES: Readonly<Record<string, Column['type']>> = {
  text: 'text',
  integer: 'integer',
  bigint: 'integer',
  blob: 'bytes',
  bytea: 'bytes',
}

const COLUMNS: Record<Engine, string> = {
  sqlite: `SELECT m.name AS "table", c.name AS "column", lower(c.type) AS type, c."notnull" = 0 AND c.pk = 0 AS nullable
    FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`,
  postgres: `SELECT table_name AS "table", column_name AS "column", data_type AS type, is_nullable = 'YES' AS nullable
    FROM information_schema.columns WHERE table_schema = 'public'`,
}

describe('the schema that the stores are written against', () => {
  it.each(ENGINES)('equals what the migrations create on %s', async engine => {
    const place = await newPlace(engine)
    const database = await openDatabase(place.options, ({ db }: Handle) => ({
      columns: async () => (await sql.raw(COLUMNS[engine]).execute(db)).rows as Record<string, unknown>[],
    }))
    const rows = await database.read(stores => stores.columns())
    await database.close()
    await place.remove()
    const migrated = rows.map(({ table, column, type, nullable }) => ({
      table: String(table),
      column: String(column),
      type: TYPES[String(type)] ?? (String(type) as Column['type']),
      isNullable: Boolean(nullable),
    }))
    expect(schemaTable(inOrder(migrated))).toBe(schemaTable(declaredColumns(ROOT)))
  })
})
