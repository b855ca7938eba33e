import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { chance } from '../../support/random.ts'
import { ok, type TestAgent } from '../../support/world.ts'

const PERMISSIONS = ['read', 'write', 'delete', 'rotate', 'admin'] as const
const PATTERNS = ['**', '*', 'a/*', 'a/**', '*/b', '**/b', 'a/b', 'b/*/c'] as const
const PATHS = ['a', 'b', 'a/b', 'a/c', 'b/b', 'b/a/c', 'a/b/b'] as const
const IPS = ['192.0.2.1', '198.51.100.1'] as const

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world, owner, vaultId }) => {
    const explain = async (principal: { type?: string; id: string }, permission: string, path: string, more: object = {}) =>
      world.call('POST', `/v1/vaults/${vaultId}/policies/explain`, {
        token: owner.token,
        body: { principal_type: principal.type ?? 'agent', principal_id: principal.id, permission, path, ...more },
      })
    async function someAgent(random: ReturnType<typeof chance>): Promise<TestAgent> {
      const ceilings = {
        ...(random.once(3) && { scopes: [random.of(PATTERNS), 'label:x'] }),
        ...(random.once(6) && { vault_ids: [random.once(2) ? vaultId : await world.vault(owner)] }),
      }
      const agent = await world.agent(owner, ceilings)
      for (let i = random.integer(5); i > 0; i--) {
        const ends = random.once(5)
        const ended = ends && random.once(2)
        const more = {
          ...(random.once(3) && { conditions: { ip_allowlist: [random.of(IPS)] } }),
          ...(ends && { expires_at: '2999-01-01T00:00:00Z' }),
        }
        const [pattern, permission] = [random.of(PATTERNS), random.of(PERMISSIONS)]
        const made = (end: object) => world.policy(owner, vaultId, agent, pattern, [permission], { ...more, ...end })
        await (ended ? world.ended(expires_at => made({ expires_at })) : made({}))
      }
      return agent
    }
    function attempt({ key }: TestAgent, permission: string, path: string, ip: string) {
      const ways: Record<string, [method: string, what: string, body?: object]> = {
        read: ['GET', `secrets/${path}`],
        write: ['PUT', `secrets/${path}`, { value: 'v' }],
        delete: ['DELETE', `secrets/${path}`],
        rotate: ['POST', `secret-rotate/${path}`],
      }
      const [method = '', what = '', body] = ways[permission] ?? []
      return world.call(method, `/v1/vaults/${vaultId}/${what}`, { token: key, body, ip })
    }
    return { explain, someAgent, attempt }
  }),
)

describe.each(engines)('an explanation, on $engine', ({ it }) => {
  it.beforeAll(async ({ world, owner, vaultId }) => {
    for (const path of PATHS) await world.put(owner, vaultId, path, 'v')
  })

  it('agrees with the real decision, in random cases', async ({
    engine,
    world,
    owner,
    vaultId,
    calls: { someAgent, explain, attempt },
  }) => {
    const random = chance(engine === 'sqlite' ? 11 : 12)
    const outcomes = { allowed: 0, denied: 0 }
    for (let round = 0; round < 8; round++) {
      const agent = await someAgent(random)
      for (let i = 0; i < 12; i++) {
        const [permission, path, ip] = [random.of(PERMISSIONS), random.of(PATHS), random.of(IPS)]
        const said = (await explain(agent, permission, path, { ip })).body
        if (permission === 'admin') continue
        await world.put(owner, vaultId, path, 'v')
        const done = await attempt(agent, permission, path, ip)
        expect({ permission, path, said: said.allowed, rule: said.rule, status: done.status }).toMatchObject({
          said: done.status !== 403,
        })
        outcomes[said.allowed ? 'allowed' : 'denied']++
      }
    }
    expect(Math.min(outcomes.allowed, outcomes.denied)).toBeGreaterThan(10)
  })

  it('names the rule, the policy and the verdict of each policy', async ({ world, owner, vaultId, calls: { explain } }) => {
    const agent = await world.agent(owner)
    const ids = {
      pattern: await world.policy(owner, vaultId, agent, 'z/**', ['read']),
      permission: await world.policy(owner, vaultId, agent, '**', ['write']),
      expired: await world.ended(expires_at => world.policy(owner, vaultId, agent, '**', ['read'], { expires_at })),
      conditions: await world.policy(owner, vaultId, agent, '**', ['read'], { conditions: { ip_allowlist: ['192.0.2.1'] } }),
    }
    await world.policy(owner, vaultId, await world.agent(owner), '**', ['read'])
    const denied = (await explain(agent, 'read', 'a', { ip: '198.51.100.1' })).body
    expect(denied).toMatchObject({ allowed: false, rule: 'no-policy', reason: 'No policy grants it.' })
    expect(denied).not.toHaveProperty('policy_id')
    const outcome = Object.fromEntries(
      denied.considered.map((each: { policy_id: string; outcome: string }) => [each.policy_id, each.outcome]),
    )
    expect(outcome).toEqual({
      [ids.pattern]: 'does not match the path',
      [ids.permission]: 'does not grant the permission',
      [ids.expired]: 'has expired',
      [ids.conditions]: 'not from this address (198.51.100.1 is outside 192.0.2.1)',
    })
    expect((await explain(agent, 'read', 'a', { ip: '192.0.2.1' })).body).toMatchObject({
      allowed: true,
      rule: 'policy',
      policy_id: ids.conditions,
    })
  })

  it('considers the creator of the vault, ceilings, and agents that cannot sign in', async ({
    world,
    owner,
    vaultId,
    calls: { explain },
  }) => {
    expect((await explain({ type: 'user', id: owner.id }, 'read', 'a')).body).toMatchObject({ allowed: true, rule: 'creator' })
    const scoped = await world.agent(owner, { scopes: ['z/**'] })
    await world.policy(owner, vaultId, scoped, '**', ['read'])
    expect((await explain(scoped, 'read', 'a')).body).toMatchObject({ allowed: false, rule: 'scope-ceiling' })
    const elsewhere = await world.agent(owner, { vault_ids: [await world.vault(owner)] })
    expect((await explain(elsewhere, 'read', 'a')).body).toMatchObject({ allowed: false, rule: 'vault-ceiling' })
    const gone = await world.agent(owner)
    await world.policy(owner, vaultId, gone, '**', ['read'])
    await ok(world.call('DELETE', `/v1/agents/${gone.id}`, { token: owner.token }))
    expect((await explain(gone, 'read', 'a')).body).toMatchObject({ allowed: false, rule: 'inactive' })
  })

  it('uses the caller’s address by default, and rejects a range', async ({ world, owner, vaultId, calls: { explain } }) => {
    const agent = await world.agent(owner)
    await world.policy(owner, vaultId, agent, '**', ['read'], { conditions: { ip_allowlist: ['127.0.0.1'] } })
    expect((await explain(agent, 'read', 'a')).body.allowed).toBe(true)
    for (const ip of ['127.0.0.0/8', 'localhost', '']) {
      expect(await explain(agent, 'read', 'a', { ip })).toMatchObject({
        status: 400,
        body: { fields: { ip: expect.any(String) } },
      })
    }
  })

  it('finds no one of another organisation', async ({ world, calls: { explain } }) => {
    const stranger = await world.signUp()
    const theirs = await world.agent(stranger)
    expect((await explain(theirs, 'read', 'a')).status).toBe(404)
    expect((await explain({ type: 'user', id: stranger.id }, 'read', 'a')).status).toBe(404)
  })
})
