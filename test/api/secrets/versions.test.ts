import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world, owner, vaultId }) => {
    const call = (method: string, what: string, body?: object) =>
      world.call(method, `/v1/vaults/${vaultId}/${what}`, { token: owner.token, body })
    const put = async (path: string, value: string, more: object = {}) =>
      (await world.put(owner, vaultId, path, value, more)).body
    const read = (path: string) => call('GET', `secrets/${path}`)
    return { call, put, read }
  }),
)

describe.each(engines)('versions of a secret, on $engine', ({ it }) => {
  it('are counted from 1 and keep one id, and the reply never contains the value', async ({ calls: { call, put, read } }) => {
    const first = await call('PUT', 'secrets/counted', { value: 'one', type: 'password', metadata: { a: 1 } })
    expect({ status: first.status, ...first.body }).toEqual({
      status: 201,
      id: expect.any(String),
      path: 'counted',
      type: 'password',
      version: 1,
      metadata: { a: 1 },
      created_at: expect.any(String),
    })
    const later = [await put('counted', 'two'), await put('counted', 'three')]
    expect(later.map(({ id, version }) => ({ id, version }))).toEqual([2, 3].map(version => ({ id: first.body.id, version })))
    expect((await read('counted')).body).toMatchObject({ id: first.body.id, value: 'three', version: 3 })
  })

  it('are returned with all their fields, leaving out those without a value', async ({ owner, calls: { put, read } }) => {
    const more = {
      metadata: { team: 'ö', nested: { n: [1, null] } },
      expires_at: '2999-01-01T00:00:00+02:00',
      rotation_policy: { days: 30 },
    }
    const { id, created_at } = await put('full', 'v', more)
    expect((await read('full')).body).toEqual({
      id,
      path: 'full',
      type: 'generic',
      value: 'v',
      version: 1,
      metadata: more.metadata,
      created_by: `user:${owner.id}`,
      created_at,
      expires_at: '2998-12-31T22:00:00.000Z',
    })
    await put('full', 'v')
    expect(Object.keys((await read('full')).body).sort()).toEqual([
      'created_at',
      'created_by',
      'id',
      'metadata',
      'path',
      'type',
      'value',
      'version',
    ])
  })

  it('keep their type by default', async ({ calls: { put } }) => {
    const types = []
    for (const more of [{}, { type: 'api_key' }, {}, { type: 'note' }, {}]) types.push((await put('typed', 'v', more)).type)
    expect(types).toEqual(['generic', 'api_key', 'api_key', 'note', 'note'])
  })

  it('are listed newest first, metadata only', async ({ calls: { put, call } }) => {
    await put('many', 'secret one')
    await put('many', 'secret two', { metadata: { n: 2 }, max_access_count: 3 })
    const { body } = await call('GET', 'secret-versions/many?include=usage')
    expect(body.versions.map(({ version }: { version: number }) => version)).toEqual([2, 1])
    expect(body.versions[0]).toMatchObject({ metadata: { n: 2 }, max_access_count: 3, access_count: 0 })
    expect(JSON.stringify(body)).not.toContain('secret one')
  })

  it('can be read one by one', async ({ calls: { put, call } }) => {
    await put('a/b/c', 'one', { type: 'note' })
    await put('a/b/c', 'two')
    expect((await call('GET', 'secret-version/a/b/c/1')).body).toMatchObject({ value: 'one', version: 1, type: 'note' })
    expect((await call('GET', 'secret-version/a%2Fb%2Fc/2')).body).toMatchObject({ value: 'two', version: 2 })
    for (const [version, status] of [
      ['3', 404],
      ['2147483647', 404],
      ['9999999999', 404],
      ['0', 400],
      ['-1', 400],
      ['01', 400],
      ['1.0', 400],
      ['latest', 400],
      ['', 400],
      ['99999999999', 400],
    ] as const) {
      expect({ version, status: (await call('GET', `secret-version/a/b/c/${version}`)).status }).toEqual({ version, status })
    }
    expect((await call('GET', 'secret-version/5')).status).toBe(400)
    for (const path of ['a/b/c', 'never/was']) {
      const { detail } = (await call('GET', `secret-version/${path}/3`)).body
      expect(detail).toBe('There is no version 3 of a secret at this path.')
    }
  })

  it('continue with the next number after a deletion', async ({ calls: { put, call, read } }) => {
    const { id } = await put('deleted', 'one')
    await put('deleted', 'two')
    expect(await call('DELETE', 'secrets/deleted')).toMatchObject({ status: 204, body: '' })
    expect([(await read('deleted')).status, (await call('GET', 'secret-version/deleted/1')).status]).toEqual([410, 410])
    expect((await call('DELETE', 'secrets/deleted')).status).toBe(404)
    expect(await put('deleted', 'three')).toMatchObject({ id, version: 3 })
    expect((await read('deleted')).body).toMatchObject({ value: 'three', version: 3 })
    expect((await call('GET', 'secret-version/deleted/2')).status).toBe(410)
    expect((await call('GET', 'secret-versions/deleted')).body.versions).toHaveLength(1)
  })

  it('can be disabled one by one', async ({ calls: { put, call, read } }) => {
    await put('disabled', 'one')
    await put('disabled', 'two')
    expect(await call('POST', 'secret-version-disable/disabled/2')).toMatchObject({ status: 204, body: '' })
    expect([(await read('disabled')).status, (await call('GET', 'secret-version/disabled/2')).status]).toEqual([410, 410])
    expect((await call('GET', 'secret-version/disabled/1')).body.value).toBe('one')
    expect(
      (await call('GET', 'secret-versions/disabled')).body.versions.map((v: { is_disabled?: boolean }) => v.is_disabled),
    ).toEqual([true, undefined])
    expect((await call('POST', 'secret-version-disable/disabled/7')).status).toBe(404)
    expect((await call('POST', 'secret-version-disable/never-was/1')).status).toBe(404)
    expect((await put('disabled', 'three')).version).toBe(3)
    expect((await read('disabled')).body.value).toBe('three')
  })

  it('are contiguous when a hundred writers write one path at once, and all acknowledged ones can be read', async ({
    calls: { put, call },
  }) => {
    const values = Array.from({ length: 100 }, (_, i) => `value ${i}`)
    const written = await Promise.all(values.map(value => put('contested', value)))
    expect(new Set(written.map(({ id }) => id)).size).toBe(1)
    expect(written.map(({ version }) => version).sort((a, b) => a - b)).toEqual(values.map((_, i) => i + 1))
    const read = await Promise.all(written.map(({ version }) => call('GET', `secret-version/contested/${version}`)))
    expect(read.map(({ body }) => body.value)).toEqual(values)
  })
})
