import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'

const soon = (ms: number) => new Date(Date.now() + ms).toISOString()

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('agent', { scope: 'file', auto: true }, async ({ world, owner, vaultId }) => {
      const agent = await world.agent(owner)
      await world.policy(owner, vaultId, agent, 'mine/**', ['read'])
      return agent
    })
    .extend('calls', ({ world, owner, vaultId }) => {
      const read = (path: string, token = owner.token) => world.call('GET', `/v1/vaults/${vaultId}/secrets/${path}`, { token })
      return { read }
    }),
)

describe.each(engines)('a secret that can no longer be read, on $engine', ({ it }) => {
  it('is gone at its expiry time', async ({ world, owner, vaultId, calls: { read } }) => {
    await world.put(owner, vaultId, 'mine/expiring', 'v', { expires_at: soon(60_000) })
    expect((await read('mine/expiring')).status).toBe(200)
    world.advance(61_000)
    expect(await read('mine/expiring')).toMatchObject({
      status: 410,
      body: { title: 'Gone', detail: 'This secret has expired.' },
    })
    await world.put(owner, vaultId, 'mine/expiring', 'v2')
    expect((await read('mine/expiring')).status).toBe(200)
    expect((await world.call('GET', `/v1/vaults/${vaultId}/secret-version/mine/expiring/1`, { token: owner.token })).status).toBe(
      410,
    )
    world.advance(-61_000)
  })

  it('cannot be written with an expiry in the past, and neither can policies, keys or shares', async ({
    world,
    owner,
    vaultId,
    agent,
    calls: { read },
  }) => {
    const past = { expires_at: new Date(Date.now() - 1000).toISOString() }
    const policy = { secret_path_pattern: 'x', principal_type: 'agent', principal_id: agent.id, permissions: ['read'] }
    const made = await world.policy(owner, vaultId, agent, 'other', ['read'])
    for (const [method, url, body] of [
      ['PUT', `/v1/vaults/${vaultId}/secrets/mine/past`, { value: 'v' }],
      ['POST', `/v1/vaults/${vaultId}/policies`, policy],
      ['PUT', `/v1/vaults/${vaultId}/policies/${made}`, {}],
      ['POST', '/v1/agents', { name: 'late' }],
      ['PATCH', `/v1/agents/${agent.id}`, {}],
      ['POST', '/v1/auth/api-keys', { name: 'late' }],
    ] as const) {
      const reply = await world.call(method, url, { token: owner.token, body: { ...body, ...past } })
      const fault = reply.body.fields?.expires_at
      expect({ url, status: reply.status, fault }).toEqual({
        url,
        status: 400,
        fault: expect.stringContaining('must be in the future; the time of the server is 2'),
      })
    }
    expect((await read('mine/past')).status).toBe(404)
  })

  it('can be sent again unchanged after its expiry', async ({ world, owner }) => {
    const { id } = await world.agent(owner)
    const change = (body: object) => world.call('PATCH', `/v1/agents/${id}`, { token: owner.token, body })
    const expires_at = await world.ended(async end => {
      expect((await change({ expires_at: end })).status).toBe(200)
      return end
    })
    expect((await change({ expires_at, description: 'late' })).status).toBe(200)
  })

  it('is gone once its expiry has passed', async ({ world, owner, vaultId, calls: { read } }) => {
    await world.ended(expires_at => world.put(owner, vaultId, 'mine/past', 'v', { expires_at }))
    expect((await read('mine/past')).status).toBe(410)
  })

  it('is 404 when it never existed, and 410 when it did', async ({ world, owner, vaultId, agent, calls: { read } }) => {
    await world.put(owner, vaultId, 'mine/gone', 'v')
    await world.call('DELETE', `/v1/vaults/${vaultId}/secrets/mine/gone`, { token: owner.token })
    expect([(await read('mine/never')).status, (await read('mine/gone')).status]).toEqual([404, 410])
    expect([(await read('mine/never', agent.token)).status, (await read('mine/gone', agent.token)).status]).toEqual([404, 410])
  })

  it('is 403 without permission, with the same text whether it exists or not', async ({
    world,
    owner,
    vaultId,
    agent,
    calls: { read },
  }) => {
    await world.put(owner, vaultId, 'theirs/live', 'v')
    await world.ended(expires_at => world.put(owner, vaultId, 'theirs/past', 'v', { expires_at }))
    const replies = await Promise.all(['live', 'past', 'never'].map(name => read(`theirs/${name}`, agent.token)))
    for (const { status, body } of replies) {
      expect({ ...body, request_id: '' }).toEqual({
        type: 'about:blank',
        title: 'Forbidden',
        status: 403,
        detail: 'Insufficient permissions',
        request_id: '',
      })
      expect(status).toBe(403)
    }
  })

  it('is the same 403 on every verb', async ({ world, vaultId, agent }) => {
    const url = (what: string) => `/v1/vaults/${vaultId}/${what}`
    for (const path of ['theirs/live', 'theirs/never']) {
      const replies = [
        await world.call('PUT', url(`secrets/${path}`), { token: agent.token, body: { value: 'v' } }),
        await world.call('DELETE', url(`secrets/${path}`), { token: agent.token }),
        await world.call('GET', url(`secret-versions/${path}`), { token: agent.token }),
        await world.call('GET', url(`secret-version/${path}/1`), { token: agent.token }),
        await world.call('POST', url(`secret-version-disable/${path}/1`), { token: agent.token }),
        await world.call('POST', url(`secret-rotate/${path}`), { token: agent.token }),
      ]
      expect(replies.map(({ status, body }) => [status, body.detail])).toEqual(
        replies.map(() => [403, 'Insufficient permissions']),
      )
    }
  })

  it('is independent of a path that differs only in case', async ({ world, owner, vaultId, agent, calls: { read } }) => {
    await world.put(owner, vaultId, 'mine/Case', 'upper')
    await world.put(owner, vaultId, 'mine/case', 'lower')
    expect([(await read('mine/Case')).body.value, (await read('mine/case')).body.value]).toEqual(['upper', 'lower'])
    expect((await read('mine/CASE')).status).toBe(404)
    expect((await read('Mine/case', agent.token)).status).toBe(403)
  })
})
