import { describe, expect } from 'vitest'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world, owner, vaultId }) => {
    const rotate = (path: string, body?: object, token = owner.token) =>
      world.call('POST', `/v1/vaults/${vaultId}/secret-rotate/${path}`, { token, body })
    const read = async (path: string) =>
      (await world.call('GET', `/v1/vaults/${vaultId}/secrets/${path}`, { token: owner.token })).body
    return { rotate, read }
  }),
)

describe.each(engines)('rotating a secret, on $engine', ({ it }) => {
  it.beforeAll(async ({ world, owner, vaultId }) => {
    await world.put(owner, vaultId, 'a/key', 'old', { type: 'password' })
  })

  it('writes a random value as the next version, and does not return it', async ({
    world,
    owner,
    vaultId,
    calls: { rotate, read },
  }) => {
    const { status, body } = await rotate('a/key')
    expect({ status, ...body }).toEqual({
      status: 201,
      id: expect.any(String),
      path: 'a/key',
      type: 'password',
      version: 2,
      metadata: {},
      created_at: expect.any(String),
    })
    const first = (await read('a/key')).value
    expect(first).toMatch(/^[A-Za-z0-9]{32}$/)
    await rotate('a/key')
    expect((await read('a/key')).value).not.toBe(first)
    const reads = await world.call('GET', `/v1/vaults/${vaultId}/secret-version/a/key/1`, { token: owner.token })
    expect(reads.body.value).toBe('old')
  })

  it.for(
    cases([
      [8, 'hex', /^[0-9a-f]{8}$/],
      [1024, 'base64', /^[A-Za-z0-9+/]{1024}$/],
      [64, 'alphanumeric', /^[A-Za-z0-9]{64}$/],
      [200, 'ascii', /^[\x21-\x7e]{200}$/],
    ]),
  )('generates %i characters of %s', async ([length, charset, shape], { calls: { rotate, read } }) => {
    expect((await rotate('a/key', { length, charset })).status).toBe(201)
    expect((await read('a/key')).value).toMatch(shape)
  })

  it.for(
    cases([
      ['length', 7],
      ['length', 1025],
      ['length', '16'],
      ['charset', 'emoji'],
      ['type', 'unknown'],
    ]),
  )('refuses %s = %j', async ([field, value], { calls: { rotate } }) => {
    expect(await rotate('a/key', { [field]: value })).toMatchObject({
      status: 400,
      body: { fields: { [field]: expect.any(String) } },
    })
  })

  it('changes the value and keeps the rest except the expiry', async ({ world, owner, vaultId, calls: { rotate } }) => {
    const about = {
      metadata: { team: 'x' },
      rotation_policy: { days: 1 },
      max_access_count: 2,
      expires_at: '2999-01-01T00:00:00Z',
      type: 'api_key',
    }
    await world.put(owner, vaultId, 'a/full', 'old', about)
    await rotate('a/full')
    const { secrets } = (
      await world.call('GET', `/v1/vaults/${vaultId}/secrets?prefix=a/full&include=usage`, { token: owner.token })
    ).body
    const { expires_at, ...kept } = about
    expect(secrets[0]).toMatchObject({ ...kept, version: 2, access_count: 0 })
    expect(secrets[0]).not.toHaveProperty('expires_at')
    expect((await rotate('a/full', { type: 'note' })).body.type).toBe('note')
  })

  it('does not create a secret: 404 if it never existed, 410 if it was deleted', async ({
    world,
    owner,
    vaultId,
    calls: { rotate },
  }) => {
    await world.put(owner, vaultId, 'a/deleted', 'v')
    await world.call('DELETE', `/v1/vaults/${vaultId}/secrets/a/deleted`, { token: owner.token })
    expect([(await rotate('a/never')).status, (await rotate('a/deleted')).status]).toEqual([404, 410])
  })

  it('needs the permission to rotate, not the one to write', async ({ world, owner, vaultId, calls: { rotate } }) => {
    const [rotator, writer] = [await world.agent(owner), await world.agent(owner)]
    await world.policy(owner, vaultId, rotator, 'a/**', ['rotate'])
    await world.policy(owner, vaultId, writer, 'a/**', ['write', 'read', 'delete'])
    expect([(await rotate('a/key', {}, rotator.token)).status, (await rotate('a/key', {}, writer.token)).status]).toEqual([
      201, 403,
    ])
    const put = await world.call('PUT', `/v1/vaults/${vaultId}/secrets/a/key`, { token: rotator.token, body: { value: 'mine' } })
    expect(put.status).toBe(403)
  })

  it('by many at once creates one version each', async ({ world, owner, vaultId, calls: { rotate } }) => {
    await world.put(owner, vaultId, 'a/race', 'v')
    const versions = (await Promise.all(Array.from({ length: 20 }, () => rotate('a/race')))).map(({ body }) => body.version)
    expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i + 2))
  })
})
