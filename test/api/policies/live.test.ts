import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'
import type { TestAgent } from '../../support/world.ts'

const HOUR = 3_600_000

describe.each(onEngines(testsOn))('policies, on $engine', ({ it: base }) => {
  let agent: TestAgent

  let vaultId: string

  const it = base.extend('calls', ({ world, owner }) => {
    const read = async (ip?: string, token = agent.key) =>
      (await world.call('GET', `/v1/vaults/${vaultId}/secrets/a/b`, { token, ...(ip && { ip }) })).status
    const change = (id: string, body: object) =>
      world.call('PUT', `/v1/vaults/${vaultId}/policies/${id}`, { token: owner.token, body })
    const give = (conditions: object, more: object = {}) =>
      world.policy(owner, vaultId, agent, 'a/**', ['read'], { conditions, ...more })
    return { read, change, give }
  })

  it.beforeEach(async ({ world, owner }) => {
    vaultId = await world.vault(owner)
    agent = await world.agent(owner)
    await world.put(owner, vaultId, 'a/b', 'v')
  })

  it('apply to the next request, with an existing token', async ({ world, owner, calls: { read, give, change } }) => {
    const steps = [await read()]
    const id = await give({})
    steps.push(await read(), await read(undefined, agent.token))
    await change(id, { permissions: ['write'] })
    steps.push(await read())
    await change(id, { permissions: ['read'] })
    steps.push(await read())
    await world.call('DELETE', `/v1/vaults/${vaultId}/policies/${id}`, { token: owner.token })
    steps.push(await read(), await read(undefined, agent.token))
    expect(steps).toEqual([403, 200, 200, 403, 200, 403, 403])
  })

  it('are returned as they were given, without absent fields', async ({ world, owner, calls: { change } }) => {
    const conditions = { ip_allowlist: ['10.0.0.0/8'], time_window: { after: '09:00', days: ['mon', 7] } }
    const body = {
      secret_path_pattern: 'a/*/**',
      principal_type: 'agent',
      principal_id: agent.id.toUpperCase(),
      permissions: ['write', 'read', 'write'],
      conditions,
      expires_at: '2999-01-01T00:00:00Z',
    }
    const { status, body: made } = await world.call('POST', `/v1/vaults/${vaultId}/policies`, { token: owner.token, body })
    expect({ status, ...made }).toEqual({
      status: 201,
      id: expect.any(String),
      vault_id: vaultId,
      secret_path_pattern: 'a/*/**',
      principal_type: 'agent',
      principal_id: agent.id,
      permissions: ['write', 'read'],
      conditions,
      expires_at: '2999-01-01T00:00:00.000Z',
      created_by: owner.id,
      created_by_type: 'user',
      created_at: expect.any(String),
    })
    const cleared = (await change(made.id, { conditions: null, expires_at: null })).body
    expect(cleared.conditions).toEqual({})
    expect(cleared).not.toHaveProperty('expires_at')
    expect(cleared.permissions).toEqual(['write', 'read'])
  })

  it('can change only in permissions, conditions and expiry', async ({ world, owner, calls: { give, change } }) => {
    const id = await give({})
    const other = await world.agent(owner)
    for (const more of [{ secret_path_pattern: '**' }, { principal_id: other.id }])
      expect((await change(id, { ...more, permissions: ['write'] })).status).toBe(400)
    expect((await change(id, { permissions: ['write'] })).body).toMatchObject({
      secret_path_pattern: 'a/**',
      principal_id: agent.id,
      permissions: ['write'],
    })
  })

  it('end at their expiry time', async ({ world, calls: { give, read } }) => {
    await give({}, { expires_at: new Date(Date.now() + HOUR).toISOString() })
    expect(await read()).toBe(200)
    world.advance(HOUR)
    expect(await read()).toBe(403)
    world.advance(-HOUR)
  })

  it('apply to the addresses they name', async ({ calls: { give, read } }) => {
    await give({ ip_allowlist: ['203.0.113.0/24', '2001:db8::/32'] })
    expect([await read('203.0.113.9'), await read('::ffff:203.0.113.9'), await read('2001:db8::9')]).toEqual([200, 200, 200])
    expect([await read('198.51.100.1'), await read('2001:db9::1')]).toEqual([403, 403])
  })

  it('apply in the hours they name, in the zone they name', async ({ world, calls: { give, read } }) => {
    const inTokyo = (shift: number) =>
      new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Tokyo', hour: '2-digit', minute: '2-digit' }).format(Date.now() + shift)
    await give({ time_window: { after: inTokyo(HOUR), before: inTokyo(3 * HOUR), timezone: 'Asia/Tokyo' } })
    expect(await read()).toBe(403)
    world.advance(2 * HOUR)
    expect(await read()).toBe(200)
    world.advance(2 * HOUR)
    expect(await read()).toBe(403)
    world.advance(-4 * HOUR)
  })

  it('apply on the days they name, in either spelling', async ({ world, calls: { give, read, change } }) => {
    const today = new Date().getUTCDay()
    const others = [0, 1, 2, 3, 4, 5, 6].filter(day => day !== today)
    const id = await give({ time_window: { days: others } })
    expect(await read()).toBe(403)
    await change(id, { conditions: { time_window: { days_of_week: [today], start_hour: 0, end_hour: 24 } } })
    expect(await read()).toBe(200)
    world.advance(24 * HOUR)
    expect(await read()).toBe(403)
    world.advance(-24 * HOUR)
  })

  it('require all conditions together', async ({ calls: { give, read, change } }) => {
    const id = await give({ ip_allowlist: ['203.0.113.9'], time_window: { days: [(new Date().getUTCDay() + 3) % 7] } })
    expect(await read('203.0.113.9')).toBe(403)
    await change(id, { conditions: { ip_allowlist: ['203.0.113.9'], time_window: {} } })
    expect([await read('203.0.113.9'), await read('203.0.113.8')]).toEqual([200, 403])
  })

  it.for(
    cases([
      [{ mfa: true }, 'conditions.mfa'],
      [{ ip_allowlist: ['10.0.0.1'], country: 'AT' }, 'conditions.country'],
      [{ time_window: { weekends: true } }, 'conditions.time_window.weekends'],
      [{ ip_allowlist: ['anywhere'] }, 'conditions.ip_allowlist[0]'],
      [{ time_window: { after: '25:00' } }, 'conditions.time_window.after'],
      [{ time_window: { timezone: 'Here/There' } }, 'conditions.time_window.timezone'],
      [{ time_window: { days: ['someday'] } }, 'conditions.time_window.days[0]'],
      [{ time_window: { after: '09:00', start_hour: 9 } }, 'conditions.time_window.start_hour'],
      [[], 'conditions'],
      // Conditions that no request can meet.
      [{ time_window: { after: '09:00', before: '09:00' } }, 'conditions.time_window'],
      [{ time_window: { start_hour: 24, end_hour: 0 } }, 'conditions.time_window'],
      [{ time_window: { before: '00:00' } }, 'conditions.time_window'],
      [{ time_window: { days: [] } }, 'conditions.time_window.days'],
      [{ ip_allowlist: [] }, 'conditions.ip_allowlist'],
    ]),
  )(
    'are refused with a condition that would not be checked: %j',
    async ([conditions, field], { world, owner, calls: { change, give } }) => {
      const body = {
        secret_path_pattern: 'a',
        principal_type: 'agent',
        principal_id: agent.id,
        permissions: ['read'],
        conditions,
      }
      const refusals = [
        await world.call('POST', `/v1/vaults/${vaultId}/policies`, { token: owner.token, body }),
        await change(await give({}), { conditions }),
      ]
      for (const { status, body } of refusals)
        expect({ status, fields: Object.keys(body.fields) }).toEqual({ status: 400, fields: [field] })
    },
  )

  it.for([
    { mfa: true },
    { ip_allowlist: ['0.0.0.0/0'], mfa: true },
    { time_window: { weekends: true } },
    { ip_allowlist: 'all' },
  ])('with an unknown condition in the database deny: %j', async (conditions, { world, owner, calls: { read, give } }) => {
    await world.server.database.run(({ policies }) =>
      policies.add({
        id: randomUUID(),
        org_id: owner.orgId,
        vault_id: vaultId,
        secret_path_pattern: '**',
        principal_type: 'agent',
        principal_id: agent.id,
        permissions: ['read'],
        conditions,
        expires_at: null,
        created_by: owner.id,
        created_by_type: 'user',
        created_at: 0,
        granted_under: null,
      }),
    )
    expect(await read()).toBe(403)
    await give({})
    expect(await read()).toBe(200)
  })

  it.for(
    cases([
      [{ secret_path_pattern: '/a' }, 'secret_path_pattern'],
      [{ secret_path_pattern: 'a//b' }, 'secret_path_pattern'],
      [{ secret_path_pattern: 'a/../b' }, 'secret_path_pattern'],
      [{ secret_path_pattern: '' }, 'secret_path_pattern'],
      [{ permissions: [] }, 'permissions'],
      [{ permissions: ['read', 'own'] }, 'permissions[1]'],
      [{ principal_id: 'nobody' }, 'principal_id'],
      [{ expires_at: 'soon' }, 'expires_at'],
    ]),
  )('are refused with %j', async ([wrong, field], { world, owner }) => {
    const body = { secret_path_pattern: 'a', principal_type: 'agent', principal_id: agent.id, permissions: ['read'], ...wrong }
    const reply = await world.call('POST', `/v1/vaults/${vaultId}/policies`, { token: owner.token, body })
    expect({ status: reply.status, fields: Object.keys(reply.body.fields ?? {}) }).toEqual({ status: 400, fields: [field] })
  })

  it.for(['a/b*', 'a*b', '***', '*b/**'])(
    'are refused with a star inside a segment (%s), naming the two forms',
    async (pattern, { world, owner }) => {
      const body = { secret_path_pattern: pattern, principal_type: 'agent', principal_id: agent.id, permissions: ['read'] }
      const refused = await world.call('POST', `/v1/vaults/${vaultId}/policies`, { token: owner.token, body })
      expect([refused.status, refused.body.fields.secret_path_pattern]).toEqual([
        400,
        expect.stringMatching(/prod\/\* or prod\/\*\*/),
      ])
      for (const [url, sent] of [
        ['/v1/agents', { name: 'x', scopes: ['ok/**', pattern] }],
        ['/v1/auth/api-keys', { name: 'x', scopes: ['ok/**', pattern] }],
      ] as const) {
        const { status, body: problem } = await world.call('POST', url, { token: owner.token, body: sent })
        expect([url, status, problem.fields?.['scopes[1]']]).toEqual([url, 400, expect.stringMatching(/prod\/\* or prod\/\*\*/)])
      }
    },
  )

  it('from earlier releases with a star inside a segment still match nothing', async ({ world, owner, calls: { read } }) => {
    const id = await world.policy(owner, vaultId, agent, 'other', ['read'])
    await world.server.database.run(async ({ policies }) => {
      const row = await policies.byId({ id: vaultId, orgId: owner.orgId }, id)
      if (row) await policies.add({ ...row, id: randomUUID(), secret_path_pattern: 'a/b*' })
    })
    expect(await read()).toBe(403)
  })
})
