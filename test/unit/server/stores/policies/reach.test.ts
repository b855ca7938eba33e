import { CompiledQuery } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database, Handle } from '../../../../../server/db/database.ts'
import { openDatabase } from '../../../../../server/db/open.ts'
import { type PolicyStore, policyStore } from '../../../../../server/stores/policies/policies.ts'
import { newPlace, type Place } from '../../../../support/databases.ts'

const ANN = { orgId: 'org', type: 'agent', id: 'ann' }
const BOB = { orgId: 'org', type: 'agent', id: 'bob' }

describe('what the policies of agents are for, on sqlite', () => {
  let place: Place
  let asked: string[]
  let database: Database<{ policies: PolicyStore; plan: (statement: string) => Promise<string> }>

  beforeEach(async () => {
    place = await newPlace('sqlite')
    asked = []
    database = await openDatabase(place.options, (handle: Handle) => {
      const execute: Handle['execute'] = query => {
        asked.push(query.sql)
        return handle.execute(query)
      }
      return {
        policies: policyStore({ ...handle, execute }, { append: async () => {} }),
        plan: async (statement: string) => {
          const { rows } = await handle.execute(CompiledQuery.raw(`EXPLAIN QUERY PLAN ${statement}`))
          return (rows as { detail: string }[]).map(({ detail }) => detail).join('\n')
        },
      }
    })
  })

  afterEach(async () => {
    await database.close()
    await place.remove()
  })

  it.each([
    { whose: [ANN], who: 'one agent' },
    { whose: [ANN, BOB], who: 'agents that ask at once' },
  ])('is found by the principal, not in all policies of the organisation: $who', async ({ whose }) => {
    const nothing = { patterns: [], vaultIds: [] }
    expect(await database.read(({ policies }) => policies.reach(whose, 0, 10))).toEqual(whose.map(() => nothing))
    const [statement = ''] = asked
    const plan = await database.read(stores => stores.plan(statement))
    expect(plan).toContain('policies_principal')
    expect(plan).not.toContain('policies_org')
  })
})
