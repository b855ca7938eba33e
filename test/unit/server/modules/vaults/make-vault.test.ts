import { describe, expect, it } from 'vitest'
import { keyVaults } from '../../../../../server/modules/agents/key-vault.ts'
import { type MakeVaultDeps, vaultMaker } from '../../../../../server/modules/vaults/make-vault.ts'
import { Problem } from '../../../../../src/problem.ts'

const ORG = '11111111-1111-4111-8111-111111111111'

/** Every unit of work does its work, and then fails with `failure`. */
function failingWorld(failure: Error) {
  const added: string[] = []
  const destroyed: string[] = []
  const stores = {
    vaults: { system: async () => undefined, add: async ({ kek_id }: { kek_id: string }) => void added.push(kek_id) },
    // Never called: the server's own vaults do not count.
    plans: {} as never,
    resourceCounts: {} as never,
    audit: { append: async () => undefined },
  }
  const database = {
    read: <T>(work: (given: typeof stores) => Promise<T>) => work(stores),
    async run<T>(work: (given: typeof stores) => Promise<T>): Promise<T> {
      await work(stores)
      throw failure
    },
  }
  const keyring: MakeVaultDeps['keyring'] = {
    createKek: async id => ({ id, blob: null }),
    destroyKek: async ({ id }) => void destroyed.push(id),
  }
  const makeVault = vaultMaker({ database, ensureRoom: async () => {}, keyring, clock: () => 0 })
  return { added, destroyed, ensure: () => keyVaults({ database, makeVault }).ensure(ORG, '') }
}

describe('the maker of vaults', () => {
  it('keeps the key of an agents’ key vault whose commit may have landed', async () => {
    const { added, destroyed, ensure } = failingWorld(new Problem('database.unavailable', 'The connection was cut.'))
    await expect(ensure()).rejects.toMatchObject({ code: 'database.unavailable' })
    expect(added).toHaveLength(1)
    expect(destroyed).toEqual([])
  })

  it('destroys the key of a vault whose name was taken at the same time', async () => {
    const { added, destroyed, ensure } = failingWorld(Object.assign(new Error('duplicate key'), { code: '23505' }))
    await expect(ensure()).rejects.toThrow()
    expect(added).toHaveLength(1)
    expect(destroyed).toEqual(added)
  })
})
