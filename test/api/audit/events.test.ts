import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', { scope: 'file', auto: true }, async ({ world, owner, vaultId }) => {
      const member = await world.colleague(owner)
      const agent = await world.agent(owner)
      const secretId = (await world.put(owner, vaultId, 'a/b', 'v')).body.id
      await world.policy(owner, vaultId, agent, '**', ['read'])
      for (let i = 0; i < 5; i++) await world.call('GET', `/v1/vaults/${vaultId}/secrets/a/b`, { token: agent.token })
      await world.vault(member)
      return { member, agent, secretId }
    })
    .extend('calls', ({ world, owner }) => {
      const events = async (query = '', token = owner.token, path = '/v1/audit/events') => {
        const { body } = await world.call('GET', `${path}${query}`, { token })
        return body.events as { [field: string]: unknown; seq: number; action: string; actor_id: string; created_at: string }[]
      }
      return { events }
    }),
)

describe.each(engines)('the audit log, on $engine', ({ it }) => {
  it('returns events with all their fields', async ({ owner, vaultId, scene: { agent, secretId }, calls: { events } }) => {
    const [event] = await events('?action=secret.read&limit=1')
    expect(event).toEqual({
      id: expect.any(String),
      action: 'secret.read',
      actor_id: agent.id,
      actor_type: 'agent',
      resource_type: 'secret',
      resource_id: secretId,
      vault_id: vaultId,
      org_id: owner.orgId,
      details: { path: 'a/b', version: 1, rule: 'policy', policy_id: expect.any(String) },
      ip_address: '127.0.0.1',
      created_at: expect.stringMatching(/Z$/),
      seq: expect.any(Number),
      prev_event_id: expect.any(String),
      integrity_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('lists the newest first and counts what it returns', async ({ world, owner, calls: { events } }) => {
    const { body } = await world.call('GET', '/v1/audit/events?limit=4', { token: owner.token })
    const seqs = body.events.map(({ seq }: { seq: number }) => seq)
    expect(body.count).toBe(4)
    expect(seqs).toEqual([...seqs].sort((a, b) => b - a))
    expect((await events('?order=asc&limit=2')).map(({ seq }) => seq)).toEqual([1, 2])
  })

  it('can be filtered by resource, principal, action and time', async ({
    vaultId,
    scene: { secretId, agent },
    calls: { events },
  }) => {
    expect((await events(`?resource_id=${secretId}`)).every(({ resource_id }) => resource_id === secretId)).toBe(true)
    expect((await events(`?actor_id=${agent.id}`)).every(({ actor_id }) => actor_id === agent.id)).toBe(true)
    expect((await events('?actor_type=agent')).every(({ actor_type }) => actor_type === 'agent')).toBe(true)
    expect((await events(`?vault_id=${vaultId.toUpperCase()}`)).every(({ vault_id }) => vault_id === vaultId)).toBe(true)
    expect(await events('?resource_type=policy')).toHaveLength(1)
    expect(await events('?action=secret.read')).toHaveLength(5)
    expect(await events('?action=nothing')).toEqual([])
    const [first] = await events('?order=asc&limit=1')
    expect(await events('?from=2999-01-01T00:00:00Z')).toEqual([])
    expect((await events(`?to=${first?.created_at}`)).map(({ seq }) => seq)).toContain(1)
    const inBerlin = new Date(Date.parse(String(first?.created_at)) + 2 * 3_600_000).toISOString().replace('Z', '%2B02:00')
    expect((await events(`?from=${inBerlin}`)).length).toBe((await events('?limit=1000')).length)
  })

  it('refuses filters that no event could match', async ({ world, owner }) => {
    for (const [query, field] of [
      ['?actor_type=robot', 'actor_type'],
      ['?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z', 'from'],
    ]) {
      const { status, body } = await world.call('GET', `/v1/audit/events${query}`, { token: owner.token })
      expect([query, status, Object.keys(body.fields)]).toEqual([query, 400, [field]])
    }
  })

  it('is paged by offset and by cursor', async ({ world, owner, calls: { events } }) => {
    const all = (await events('?limit=1000')).map(({ seq }) => seq)
    expect((await events('?limit=3&offset=2')).map(({ seq }) => seq)).toEqual(all.slice(2, 5))
    const walked: number[] = []
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const query: string = `?limit=4${cursor && `&cursor=${cursor}`}`
      const { body } = await world.call('GET', `/v1/audit/events${query}`, { token: owner.token })
      walked.push(...body.events.map(({ seq }: { seq: number }) => seq))
      cursor = body.next_cursor
    }
    expect(walked).toEqual(all)
  })

  it('shows all events to owners and admins, and their own to members and agents', async ({
    world,
    owner,
    scene: { agent, member },
    calls: { events },
  }) => {
    const admin = await world.colleague(owner, 'admin')
    const actors = async (token: string) => new Set((await events('?limit=1000', token)).map(({ actor_id }) => actor_id))
    expect([...(await actors(admin.token))]).toEqual(expect.arrayContaining([owner.id, agent.id, member.id]))
    expect([...(await actors(member.token))]).toEqual([member.id])
    expect([...(await actors(agent.token))]).toEqual([agent.id])
    expect(await events(`?actor_id=${owner.id}`, agent.token)).toEqual([])
    expect(await events('?actor_type=user', agent.token)).toEqual([])
    expect(await events(`?resource_id=${owner.id}`, member.token)).toEqual([])
  })

  it('shows nothing to a key that is confined to paths, because its owner did more than the key can', async ({
    world,
    owner,
  }) => {
    const body = { name: 'confined', scopes: ['a/**'] }
    const { api_key } = (await world.call('POST', '/v1/auth/api-keys', { token: owner.token, body })).body
    for (const view of ['events', 'summary', 'denials', 'reads', 'checkpoints']) {
      expect((await world.call('GET', `/v1/audit/${view}`, { token: api_key })).status).toBe(403)
    }
  })

  it('shows nothing of another organisation', async ({ world, vaultId, scene: { secretId }, calls: { events } }) => {
    const stranger = await world.signUp()
    expect((await events('?limit=1000', stranger.token)).every(({ org_id }) => org_id === stranger.orgId)).toBe(true)
    expect(await events(`?resource_id=${secretId}`, stranger.token)).toEqual([])
    expect(await events(`?vault_id=${vaultId}`, stranger.token)).toEqual([])
  })

  it('is the same at its other address', async ({ owner, calls: { events } }) => {
    expect(await events('?limit=5', owner.token, '/v1/audit')).toEqual(await events('?limit=5'))
  })

  it.for([
    'limit=0',
    'limit=1001',
    'limit=ten',
    'offset=-1',
    'from=yesterday',
    'to=',
    'order=up',
    'cursor=x',
    'cursor=-1',
    'vault_id=x',
    'action=%00',
  ])('refuses ?%s', async (query, { world, owner }) => {
    expect(await world.call('GET', `/v1/audit/events?${query}`, { token: owner.token })).toMatchObject({
      status: 400,
      body: { fields: { [String(query.split('=')[0])]: expect.any(String) } },
    })
  })
})
