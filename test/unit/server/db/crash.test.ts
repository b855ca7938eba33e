import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Handle } from '../../../../server/db/database.ts'
import { openDatabase } from '../../../../server/db/open.ts'
import { startDatabaseProcess } from '../../../support/database-process.ts'
import { ENGINES, newPlace, type Place } from '../../../support/databases.ts'

const whole = (handle: Handle) => handle
const ROUNDS = { sqlite: 10, postgres: 4 }

describe.each(ENGINES)('a process killed while it writes to %s', engine => {
  let place: Place

  beforeEach(async () => {
    place = await newPlace(engine)
  })
  afterEach(() => place.remove())

  it('loses no acknowledged unit, and leaves no partial one', { timeout: 60_000 }, async () => {
    const acknowledged = new Set<string>()
    for (let round = 0; round < ROUNDS[engine]; round++) {
      const child = startDatabaseProcess({ does: 'write for ever', options: place.options, round })
      await child.saidAtLeast(20)
      // The statement at which it dies is random; that is the point of this test.
      await new Promise(resolve => setTimeout(resolve, Math.random() * 60))
      await child.kill()
      for (const { kept } of child.said) if (typeof kept === 'string') acknowledged.add(kept)
    }
    const database = await openDatabase(place.options, whole)
    const keys = await database.read(({ db }) => db.selectFrom('server_facts').select('key').execute())
    const orgs = await database.read(({ db }) => db.selectFrom('orgs').select('id').execute())
    await database.close()
    const kept = new Set(keys.map(({ key }) => key))
    expect([...acknowledged].filter(id => !kept.has(id))).toEqual([])
    expect(new Set(orgs.map(({ id }) => id))).toEqual(kept)
    expect(acknowledged.size).toBeGreaterThanOrEqual(ROUNDS[engine] * 19)
  })
})
