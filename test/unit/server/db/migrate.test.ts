import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Handle } from '../../../../server/db/database.ts'
import { migrations } from '../../../../server/db/migrations/all.ts'
import type { Migration } from '../../../../server/db/migrations/migration.ts'
import { openDatabase } from '../../../../server/db/open.ts'
import { startDatabaseProcess } from '../../../support/database-process.ts'
import { ENGINES, newPlace, type Place } from '../../../support/databases.ts'

const whole = (handle: Handle) => handle

const second: Migration = {
  id: '9001-second',
  statements: ({ int }) => [`CREATE TABLE second (n ${int})`, 'INSERT INTO second VALUES (1)'],
}

it('migrations are numbered in the order in which they are applied', () => {
  const numbers = migrations.map(({ id }) => Number(/^(\d{4})-[a-z0-9-]+$/.exec(id)?.[1]))
  expect(numbers).toEqual(migrations.map((_, index) => index + 1))
})

describe.each(ENGINES)('migrations on %s', engine => {
  let place: Place

  beforeEach(async () => {
    place = await newPlace(engine)
  })
  afterEach(() => place.remove())

  async function open(list: readonly Migration[], look?: (handle: Handle) => Promise<unknown>): Promise<unknown> {
    const database = await openDatabase({ ...place.options, migrations: list }, whole)
    try {
      return await (look && database.read(look))
    } finally {
      await database.close()
    }
  }
  const applied = async ({ db }: Handle) =>
    (await db.selectFrom('schema_migrations').selectAll().orderBy('id').execute()).map(({ id, checksum, applied_at }) => {
      expect(checksum).toMatch(/^[0-9a-f]{64}$/)
      expect(applied_at).toBeGreaterThan(Date.now() - 60_000)
      return id
    })

  it('are applied once, and new ones later', async () => {
    expect(await open(migrations, applied)).toEqual(migrations.map(({ id }) => id))
    expect(await open(migrations, applied)).toEqual(migrations.map(({ id }) => id))
    expect(await open([...migrations, second], applied)).toEqual([...migrations.map(({ id }) => id), second.id])
    const rows = await open([...migrations, second], async ({ db }) => (await sql`SELECT n FROM second`.execute(db)).rows)
    expect(rows).toEqual([{ n: 1 }])
  })

  it('are refused when one of them has changed', async () => {
    await open([...migrations, second])
    const changed = { ...second, statements: () => ['CREATE TABLE second (n TEXT)'] }
    await expect(open([...migrations, changed])).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining(second.id),
    })
  })

  it('are refused when the database knows a newer one', async () => {
    await open([...migrations, second])
    await expect(open(migrations)).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringMatching(/newer 1claw.*9001-second/),
    })
  })

  it('leave no trace of one that fails', async () => {
    const broken = { ...second, statements: () => [...second.statements({ bytes: 'x', int: 'INTEGER' }), 'NO SUCH STATEMENT'] }
    await expect(open([...migrations, broken])).rejects.toThrow(/syntax error/)
    expect(await open(migrations, applied)).toEqual(migrations.map(({ id }) => id))
    expect(await open([...migrations, second], applied)).toEqual([...migrations.map(({ id }) => id), second.id])
  })
})

describe('several processes that start at once on PostgreSQL', () => {
  it('migrate once, and all open the database', { timeout: 30_000 }, async () => {
    const place = await newPlace('postgres')
    const children = [1, 2, 3].map(() => startDatabaseProcess({ does: 'open', options: place.options }))
    await Promise.all(children.map(({ exited }) => exited))
    expect(children.map(({ said }) => said)).toEqual([[{ open: true }], [{ open: true }], [{ open: true }]])
    await place.remove()
  })
})

describe('a process killed while it migrates SQLite', () => {
  it('leaves a state from which the next start continues, whichever statement it was at', { timeout: 60_000 }, async () => {
    const statementsOf = ({ statements, indexes = [] }: Migration) =>
      statements({ bytes: 'BLOB', int: 'INTEGER' }).length + indexes.length
    const total = 4 + migrations.reduce((sum, migration) => sum + statementsOf(migration) + 1, 0)
    const steps = [0, 1, 2, 3, 10, total - 2, total - 1]
    for (const before of steps) {
      const place = await newPlace('sqlite')
      await (await openDatabase({ ...place.options, migrations: [] }, whole)).close()
      const child = startDatabaseProcess({ does: 'die migrating', options: place.options, before })
      await child.exited
      expect(child.said, `it died before statement ${before}`).toEqual([])
      const database = await openDatabase(place.options, whole)
      expect(await database.read(({ db }) => db.selectFrom('vaults').selectAll().execute())).toEqual([])
      await database.close()
      await place.remove()
    }
  })
})
