import { describe, expect, it } from 'vitest'
import { type Entry, type NextVersion, versionMaker } from '../../../../../server/modules/secrets/next-version.ts'

const VAULT = { id: 'v', orgId: 'o', kek: { id: 'old', blob: null }, cmekFingerprint: null }
const keyring = { wrap: async (_: unknown, dek: Uint8Array) => Uint8Array.from(dek) }

/** A path whose newest version and whose vault's key can be changed by others. */
function path({ kek = 'old', latest = 3, isOneWriter = false } = {}) {
  const state = { kek, latest, written: [] as { version: number; kek_id: string }[] }
  const head = { id: 's', latest_version: latest, signing_key_id: null, deleted_at: null }
  const stores = {
    secrets: {
      head: async () => ({ ...head, latest_version: state.latest }),
      async advance(_vault: object, _id: string, from: number) {
        if (from !== state.latest) return false
        state.latest += 1
        return true
      },
      async advanceUnder(vault: object, { kekId }: { kekId: string }, id: string, from: number): Promise<boolean> {
        return isOneWriter && kekId === state.kek && stores.secrets.advance(vault, id, from)
      },
      addVersion: async ({ version, kek_id }: { version: number; kek_id: string }) =>
        void state.written.push({ version, kek_id }),
    },
    vaultKeys: { hold: async () => ({ kek_id: state.kek, kek_blob: null, cmek_fingerprint: null }) },
    resourceCounts: {},
  }
  const database = { read: <T>(work: (given: typeof stores) => Promise<T>) => work(stores) }
  const maker = versionMaker({ database, keyring, ensureStorage: async () => {} } as never)
  const entry = (kekId: string): Entry => ({
    vault: { ...VAULT, kek: { id: kekId, blob: null } },
    path: 'p',
    value: Buffer.from('value'),
    fieldsOf: () => ({ created_at: 0 }) as never,
  })
  /** Adds it in a unit of work: a failed one leaves nothing. */
  async function add(made: NextVersion): Promise<void> {
    const before = structuredClone(state)
    await made.add(stores as never).catch(error => {
      Object.assign(state, before)
      throw error
    })
  }
  return { state, stores, maker, entry, add }
}

describe.each([true, false])('the maker of versions, if a single writer is %s', isOneWriter => {
  it('seals again under the vault’s current key', async () => {
    const { state, maker, entry, add } = path({ kek: 'new', isOneWriter })
    await maker.retrying(async changed => add(await maker.next(entry(changed?.kek.id ?? 'old'))))
    expect(state.written).toEqual([{ version: 4, kek_id: 'new' }])
  })

  it('seals again for the next number when another writer was faster', async () => {
    const { state, maker, entry, add } = path({ isOneWriter })
    let others = 2
    await maker.retrying(async () => {
      const made = await maker.next(entry('old'))
      if (others-- > 0) state.latest += 1
      await add(made)
    })
    expect(state.written).toEqual([{ version: 6, kek_id: 'old' }])
  })

  it('gives up when others are always faster, and at once on any other failure', async () => {
    const { state, maker, entry, add } = path({ isOneWriter })
    const always = maker.retrying(async () => {
      const made = await maker.next(entry('old'))
      state.latest += 1
      await add(made)
    })
    await expect(always).rejects.toMatchObject({ code: 'resource.conflict' })
    let attempts = 0
    const broken = maker.retrying(async () => {
      attempts += 1
      throw new Error('The disk is full.')
    })
    await expect(broken).rejects.toThrow('The disk is full.')
    expect([attempts, state.written]).toEqual([1, []])
  })

  it('does not overwrite a key that has no other copy', async () => {
    const { stores, maker, entry } = path({ isOneWriter })
    const keyed = { id: 's', latest_version: 1, signing_key_id: 'k', deleted_at: null }
    Object.assign(stores.secrets, { head: async () => keyed })
    await expect(maker.next(entry('old'))).rejects.toMatchObject({ code: 'resource.conflict' })
    Object.assign(stores.secrets, { head: async () => ({ ...keyed, deleted_at: 1 }) })
    expect((await maker.next(entry('old'))).version).toBe(2)
  })
})
