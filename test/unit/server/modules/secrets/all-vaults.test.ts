import { expect, it } from 'vitest'
import { secretsOfAllVaults } from '../../../../../server/modules/secrets/all-vaults.ts'

const BATCH = 1000

it('sorting refuses to look through a hundred thousand secrets for the few that the caller can read', async () => {
  let batches = 0
  const rows = Array.from({ length: BATCH }, (_, index) => ({ id: `s${index}`, path: `p/${index}` }))
  const stores = { secrets: { list: async () => (batches++ < 500 ? rows : []) }, audit: { lastReadsOf: async () => [] } }
  const mayRead = Object.assign(() => false, { heads: undefined })
  const deps = {
    database: { read: (work: (given: typeof stores) => unknown) => work(stores) },
    authorize: async () => ({ resource: { mayRead, vault: { policies: [] } } }),
    listVaults: async () => [{ id: 'v', name: 'v' }],
    record: async () => {},
    clock: () => 0,
  }
  const grant = { actor: { type: 'agent', id: 'a' }, orgId: 'o', ip: '' } as never
  await expect(secretsOfAllVaults(deps as never)(grant, { sort: 'created_at' } as never)).rejects.toMatchObject({
    code: 'request.too-broad',
  })
  expect(batches).toBeLessThan(110)
})
