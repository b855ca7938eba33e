import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world, owner, vaultId }) => {
    const read = (path: string) => world.call('GET', `/v1/vaults/${vaultId}/secrets/${path}`, { token: owner.token })
    const readMany = (body: object) => world.call('POST', `/v1/vaults/${vaultId}/secret-values`, { token: owner.token, body })
    const listed = async (path: string) =>
      (await world.call('GET', `/v1/vaults/${vaultId}/secrets?include=usage&prefix=${path}`, { token: owner.token })).body
        .secrets[0]
    const statuses = async (pending: ReturnType<typeof read>[]) => {
      const counted = Map.groupBy(await Promise.all(pending), ({ status }) => status)
      return Object.fromEntries([...counted].map(([status, replies]) => [status, replies.length]))
    }
    return { read, readMany, listed, statuses }
  }),
)

describe.each(engines)('max_access_count, on $engine', ({ it }) => {
  it.for([1, 5, 50])(
    'of %i allows that many of 200 reads at once, and records as many',
    async (max_access_count, { world, owner, vaultId, calls: { statuses, read, listed } }) => {
      const path = `counted/${max_access_count}`
      const { id } = (await world.put(owner, vaultId, path, 'v', { max_access_count })).body
      expect(await statuses(Array.from({ length: 200 }, () => read(path)))).toEqual({
        200: max_access_count,
        410: 200 - max_access_count,
      })
      const reads = (await allEvents(world)).filter(({ action, resource_id }) => action === 'secret.read' && resource_id === id)
      expect(reads).toHaveLength(max_access_count)
      expect(await listed(path)).toMatchObject({ max_access_count, access_count: max_access_count })
      expect(await read(path)).toMatchObject({ status: 410, body: { detail: 'This secret has reached its read limit.' } })
    },
  )

  it('counts every way of reading', async ({ world, owner, vaultId, calls: { read, readMany, statuses } }) => {
    const path = 'counted/mixed'
    await world.put(owner, vaultId, path, 'v', { max_access_count: 4 })
    const version = () => world.call('GET', `/v1/vaults/${vaultId}/secret-version/${path}/1`, { token: owner.token })
    const pending = Array.from({ length: 8 }, () => [read(path), version(), readMany({ paths: [path] })]).flat()
    expect(await statuses(pending)).toEqual({ 200: 4, 410: 20 })
  })

  it('applies to each version, and 0 means no limit', async ({ world, owner, vaultId, calls: { statuses, read, listed } }) => {
    await world.put(owner, vaultId, 'counted/new', 'v', { max_access_count: 1 })
    expect(await statuses([read('counted/new'), read('counted/new')])).toEqual({ 200: 1, 410: 1 })
    await world.put(owner, vaultId, 'counted/new', 'v2', { max_access_count: 0 })
    expect(await statuses(Array.from({ length: 5 }, () => read('counted/new')))).toEqual({ 200: 5 })
    expect(await listed('counted/new')).not.toHaveProperty('max_access_count')
  })

  it('is returned with a value only on request', async ({ world, owner, vaultId }) => {
    await world.put(owner, vaultId, 'told/limited', 'v', { max_access_count: 6 })
    await world.put(owner, vaultId, 'told/free', 'v')
    const at = (url: string) => `/v1/vaults/${vaultId}/${url}`
    const answers = async (include?: string) => {
      const query = include === undefined ? '' : `?include=${include}`
      const one = await world.call('GET', at(`secrets/told/limited${query}`), { token: owner.token })
      const version = await world.call('GET', at(`secret-version/told/limited/1${query}`), { token: owner.token })
      const body = { prefix: 'told/', include }
      const many = await world.call('POST', at('secret-values'), { token: owner.token, body })
      return [one.body, version.body, ...many.body.secrets].map(({ max_access_count }) => max_access_count)
    }
    expect(await answers('usage')).toEqual([6, 6, undefined, 6])
    expect(await answers()).toEqual([undefined, undefined, undefined, undefined])
  })

  it('is not used up by listing, by versions, or by a refusal', async ({
    world,
    owner,
    vaultId,
    calls: { listed, readMany, read },
  }) => {
    await world.put(owner, vaultId, 'counted/kept', 'v', { max_access_count: 1 })
    const member = await world.colleague(owner)
    await listed('counted/kept')
    await world.call('GET', `/v1/vaults/${vaultId}/secret-versions/counted/kept`, { token: owner.token })
    expect((await world.call('GET', `/v1/vaults/${vaultId}/secrets/counted/kept`, { token: member.token })).status).toBe(403)
    expect((await readMany({ paths: ['counted/kept', 'counted/none'] })).status).toBe(404)
    expect((await listed('counted/kept')).access_count).toBe(0)
    expect((await read('counted/kept')).status).toBe(200)
  })

  it('leaves a secret out of a read by prefix once it is used up, even during the read', async ({
    world,
    owner,
    vaultId,
    calls: { readMany },
  }) => {
    await world.put(owner, vaultId, 'pair/free', 'free')
    await world.put(owner, vaultId, 'pair/once', 'once', { max_access_count: 1 })
    const replies = await Promise.all(Array.from({ length: 20 }, () => readMany({ prefix: 'pair/' })))
    expect(replies.every(({ status }) => status === 200)).toBe(true)
    const values = replies.map(({ body }) => body.secrets.map(({ value }: { value: string }) => value).join('+'))
    expect(values.sort()).toEqual([...Array(19).fill('free'), 'free+once'])
  })
})
