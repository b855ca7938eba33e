import { describe, expect } from 'vitest'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'
import type { TestAgent } from '../../support/world.ts'

const NEEDED = {
  'read the value': ['read', 'admin'],
  'read a version': ['read', 'admin'],
  'list versions': ['read', 'admin'],
  'list secrets': ['read', 'admin'],
  'read many': ['read', 'admin'],
  write: ['write', 'admin'],
  'disable a version': ['write', 'admin'],
  delete: ['write', 'delete', 'admin'],
  rotate: ['rotate', 'admin'],
} as const

const agents: Record<string, TestAgent> = {}
const ATTEMPTS: Record<keyof typeof NEEDED, [method: string, what: string, body?: object]> = {
  'read the value': ['GET', 'secrets/a/s'],
  'read a version': ['GET', 'secret-version/a/s/1'],
  'list versions': ['GET', 'secret-versions/a/s'],
  'list secrets': ['GET', 'secrets'],
  'read many': ['POST', 'secret-values', { paths: ['a/s'] }],
  write: ['PUT', 'secrets/a/s', { value: 'v' }],
  'disable a version': ['POST', 'secret-version-disable/a/s/1'],
  delete: ['DELETE', 'secrets/a/s'],
  rotate: ['POST', 'secret-rotate/a/s'],
}

describe.each(onEngines(testsOn))('permissions, on $engine', ({ it }) => {
  it.beforeAll(async ({ world, owner, vaultId }) => {
    for (const permission of ['read', 'write', 'delete', 'rotate', 'admin']) {
      const agent = await world.agent(owner)
      await world.policy(owner, vaultId, agent, 'a/**', [permission])
      agents[permission] = agent
    }
  })

  it.for(cases(Object.entries(NEEDED)))('allow the user to %s: %j', async ([attempt, permissions], { world, owner, vaultId }) => {
    const [method, what, body] = ATTEMPTS[attempt as keyof typeof NEEDED]
    for (const [permission, { token }] of Object.entries(agents)) {
      // Created for each attempt, because some attempts remove it.
      await world.put(owner, vaultId, 'a/s', 'v')
      const { status } = await world.call(method, `/v1/vaults/${vaultId}/${what}`, { token, body })
      const expected = permissions.some(enough => enough === permission)
      expect({ permission, denied: status === 403 }).toEqual({ permission, denied: !expected })
      if (attempt === 'read a version' || attempt === 'disable a version') continue
      if (expected) expect(status).toBeLessThan(300)
    }
  })

  it('apply where the pattern matches and nowhere else', async ({ world, owner, vaultId }) => {
    await world.put(owner, vaultId, 'b/s', 'v')
    for (const [permission, { token }] of Object.entries(agents)) {
      for (const [method, what, body] of Object.values(ATTEMPTS)) {
        if (what === 'secrets') continue
        const elsewhere = { what: what.replace('a/s', 'b/s'), body: body && 'paths' in body ? { paths: ['b/s'] } : body }
        const { status } = await world.call(method, `/v1/vaults/${vaultId}/${elsewhere.what}`, { token, body: elsewhere.body })
        expect({ permission, what, status }).toEqual({ permission, what, status: 403 })
      }
    }
  })

  it('of a user and of an agent are kept apart', async ({ world, owner, vaultId }) => {
    const member = await world.colleague(owner)
    const body = { secret_path_pattern: '**', principal_type: 'agent', principal_id: member.id, permissions: ['read'] }
    const reply = await world.call('POST', `/v1/vaults/${vaultId}/policies`, { token: owner.token, body })
    expect(reply).toMatchObject({ status: 400, body: { fields: { principal_id: expect.any(String) } } })
  })

  it('do not exist for owners and admins who did not create the vault until a policy grants some', async ({ world, owner }) => {
    const member = await world.colleague(owner)
    const theirs = await world.vault(member)
    await world.put(member, theirs, 'a/s', 'v')
    const admin = await world.colleague(owner, 'admin')
    const read = (token: string) => world.call('GET', `/v1/vaults/${theirs}/secrets/a/s`, { token })
    for (const { id, token } of [owner, admin]) {
      expect((await read(token)).status).toBe(403)
      const body = { secret_path_pattern: 'a/*', principal_type: 'user', principal_id: id, permissions: ['read'] }
      expect((await world.call('POST', `/v1/vaults/${theirs}/policies`, { token, body })).status).toBe(201)
      expect((await read(token)).body.value).toBe('v')
    }
    const { policies } = (await world.call('GET', `/v1/vaults/${theirs}/policies`, { token: member.token })).body
    expect(policies.map(({ principal_id }: { principal_id: string }) => principal_id)).toEqual([owner.id, admin.id])
  })
})
