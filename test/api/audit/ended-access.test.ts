import { describe, expect } from 'vitest'
import { recordEndedAccess } from '../../../server/jobs/record-ended-access.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'
import { ok, PASSWORD } from '../../support/world.ts'

const HOUR = 3_600_000

describe.each(onEngines(testsOn))('access that ends although nobody deletes a policy, on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world, owner, vaultId }) => {
    const grant = async (type: string, id: string, more: object = {}): Promise<string> => {
      const body = { secret_path_pattern: 'a/**', principal_type: type, principal_id: id, permissions: ['read'], ...more }
      return (await ok(world.call('POST', `/v1/vaults/${vaultId}/policies`, { token: owner.token, body }))).body.id
    }
    const told = async (id: string) =>
      (await allEvents(world))
        .filter(({ resource_id, action }) => resource_id === id && !/create|request/.test(action))
        .map(({ action, actor_type, details }) => [action, actor_type, details['principal'], details['why']])
    const ask = async (who: { token: string }): Promise<string> => {
      const body = { secret_path_pattern: 'a/key', reason: 'an incident', duration_seconds: 3600 }
      return (await ok(world.call('POST', `/v1/vaults/${vaultId}/access-requests`, { token: who.token, body }))).body.id
    }
    return { grant, told, ask }
  })
  it.beforeAll(async ({ world, owner, vaultId }) => {
    await world.put(owner, vaultId, 'a/key', 'x')
  })

  it('is recorded for each policy of a removed member and those granted under it, with the keys that the member has seen', async ({
    world,
    owner,
    vaultId,
    calls: { grant, told },
  }) => {
    const member = await world.colleague(owner)
    const agent = await world.agent(member)
    const held = await grant('user', member.id, { permissions: ['admin'] })
    const body = { secret_path_pattern: 'a/b', principal_type: 'agent', principal_id: agent.id, permissions: ['read'] }
    const under = (await ok(world.call('POST', `/v1/vaults/${vaultId}/policies`, { token: member.token, body }))).body.id
    await ok(world.call('DELETE', `/v1/org/members/${member.id}`, { token: owner.token }))
    expect(await told(held)).toEqual([['policy.delete', 'system', `user:${member.id}`, 'member removed']])
    expect(await told(under)).toEqual([['policy.delete', 'system', `agent:${agent.id}`, 'member removed']])
    const removed = (await allEvents(world)).find(({ action }) => action === 'org.member_remove')
    expect(removed?.details).toMatchObject({ agent_keys: 'keep', agent_keys_seen: 1, agents: agent.id })
  })

  it('is recorded for requested access when the sign-in behind it ends', async ({ world, owner, calls: { told, ask } }) => {
    const member = await world.colleague(owner)
    const id = await ask(member)
    const { body } = await ok(world.call('POST', `/v1/access-requests/${id}/approve`, { token: owner.token, body: {} }))
    const approved = (await allEvents(world)).find(({ action }) => action === 'access.approve')
    expect(approved?.details).toMatchObject({ policy_id: body.policy_id, expires_at: body.access_expires_at })
    const passwords = { current_password: PASSWORD, new_password: 'purple monkey dishwasher 99' }
    await ok(world.call('POST', '/v1/auth/change-password', { token: member.token, body: passwords }))
    expect(await told(body.policy_id)).toEqual([['policy.delete', 'system', `user:${member.id}`, 'sign-in ended']])
  })

  it('is recorded once for each expired policy and request, whichever server does it', async ({
    world,
    owner,
    calls: { grant, told, ask },
  }) => {
    const tell = recordEndedAccess({ database: world.server.database, clock: world.now })
    await tell()
    const agent = await world.agent(owner)
    const ends = new Date(world.now() + HOUR).toISOString()
    const policy = await grant('agent', agent.id, { expires_at: ends, conditions: { ip_allowlist: ['10.0.0.0/8'] } })
    const made = (await allEvents(world)).find(({ resource_id }) => resource_id === policy)
    expect(made?.details).toMatchObject({ expires_at: ends, conditions: 'ip_allowlist' })
    const request = await ask(await world.agent(owner))
    await tell()
    expect([await told(policy), await told(request)]).toEqual([[], []])
    world.advance(8 * 24 * HOUR)
    await Promise.allSettled([tell(), tell()])
    await tell()
    expect(await told(policy)).toEqual([['policy.expire', 'system', `agent:${agent.id}`, 'expired']])
    expect((await told(request)).map(([action]) => action)).toEqual(['access.expire'])
  })
})
