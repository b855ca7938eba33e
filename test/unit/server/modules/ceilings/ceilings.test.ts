import { describe, expect, it } from 'vitest'
import { room } from '../../../../../server/modules/ceilings/ceilings.ts'

const LIMIT = 100_000
const WRITE = { orgId: 'o', secretId: 's', version: 1 }

/** Writes of organisations, each of which stores this number of secrets. */
function storing(secrets: number) {
  const state = { secrets, asked: [] as string[], locked: 0 }
  const resourceCounts = {
    stored: async (orgId: string) => {
      state.asked.push(orgId)
      return { secrets: state.secrets, bytes: 0 }
    },
    lock: async () => void state.locked++,
  }
  const config = { ceilings: { secrets: LIMIT, bytes: 1024 ** 4, versions: 10 } }
  const { ensureStorage } = room({ config, ensurePlan: async () => {}, clock: () => 0 } as never)
  const write = (orgId = 'o') => ensureStorage({ resourceCounts } as never, { ...WRITE, orgId })
  return { state, write }
}

describe('the storage ceiling', () => {
  it('is checked again after 50 writes of an organisation that is far from it', async () => {
    const { state, write } = storing(0)
    for (let writes = 0; writes < 51; writes++) await write()
    expect(state.asked).toEqual(['o'])
    await write('other')
    await write()
    expect(state.asked).toEqual(['o', 'other', 'o'])
    expect(state.locked).toBe(0)
  })

  it('is checked at each write near it, and enforced above it', async () => {
    const { state, write } = storing(LIMIT)
    await write()
    await write()
    expect(state.locked).toBe(2)
    state.secrets = LIMIT + 1
    await expect(write()).rejects.toMatchObject({ code: 'resource.ceiling' })
  })

  it('is enforced for an organisation that was far away at the next check', async () => {
    const { state, write } = storing(0)
    await write()
    state.secrets = LIMIT + 1
    for (let writes = 0; writes < 50; writes++) await write()
    await expect(write()).rejects.toMatchObject({ code: 'resource.ceiling' })
  })
})
