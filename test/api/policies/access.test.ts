import { describe, expect, vi } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { chance } from '../../support/random.ts'
import { ok, type TestAgent } from '../../support/world.ts'

const PERMISSIONS = ['read', 'write', 'delete', 'rotate', 'admin'] as const
const PATTERNS = ['**', '*', 'a/*', 'a/**', '*/b', 'a/b', 'b/*/c'] as const
const PATHS = ['a', 'a/b', 'a/c', 'b/a/c'] as const
const IPS = ['192.0.2.1', '198.51.100.1'] as const
/** One window that is open, and one that is not: the fourth day after the test is always another day of the week. */
const WINDOWS = [0, 4].map(days => ({ days: [(new Date().getUTCDay() + days) % 7, (new Date().getUTCDay() + days + 1) % 7] }))
const CONDITIONS = [
  ...IPS.map(ip => ({ ip_allowlist: [ip] })),
  ...WINDOWS.map(time_window => ({ time_window })),
  { ip_allowlist: [IPS[0]], time_window: WINDOWS[0] },
]

interface Entry {
  readonly principal_type: string
  readonly principal_id: string
  readonly allowed: boolean
  readonly policies: { readonly policy_id: string; readonly holds: boolean }[]
  readonly reads_90d?: number
  readonly last_read_at?: string
  readonly last_read_version?: number
}

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world, owner, vaultId }) => {
    const ask = (query: string, token = owner.token, vault = vaultId) =>
      world.call('GET', `/v1/vaults/${vault}/access?${query}`, { token })
    const access = async (query: string, token?: string) => (await ok(ask(query, token))).body.principals as Entry[]
    const entryOf = async (who: { id: string }, query: string, token?: string) =>
      (await access(query, token)).find(({ principal_id }) => principal_id === who.id)
    /** Policies for an agent or, with the type in `more`, a person. */
    async function grantSome(random: ReturnType<typeof chance>, who: { readonly id: string }, more: object = {}): Promise<void> {
      for (let i = random.integer(5); i > 0; i--) {
        const terms = { ...more, ...(random.once(2) && { conditions: random.of(CONDITIONS) }) }
        const make = (end: object) =>
          world.policy(owner, vaultId, who, random.of(PATTERNS), [random.of(PERMISSIONS)], { ...terms, ...end })
        if (!random.once(5)) await make({})
        else if (random.once(2)) await make({ expires_at: '2999-01-01T00:00:00Z' })
        else await world.ended(expires_at => make({ expires_at }))
      }
    }
    /** A person of a role, with policies of their own. */
    async function somePerson(random: ReturnType<typeof chance>): Promise<void> {
      const person = await world.colleague(owner, random.of(['admin', 'member', 'member', 'member']))
      await grantSome(random, person, { principal_type: 'user' })
    }
    async function someAgent(random: ReturnType<typeof chance>): Promise<TestAgent> {
      const agent = await world.agent(owner, {
        ...(random.once(3) && { scopes: [random.of(PATTERNS), 'label:x'] }),
        ...(random.once(6) && { vault_ids: [random.once(2) ? vaultId : await world.vault(owner)] }),
      })
      await grantSome(random, agent)
      if (random.once(6)) await ok(world.call('DELETE', `/v1/agents/${agent.id}`, { token: owner.token }))
      return agent
    }
    return { ask, access, entryOf, someAgent, somePerson }
  }),
)

describe.each(engines)('who can reach a secret, on $engine', ({ it }) => {
  it.beforeAll(async ({ world, owner, vaultId }) => {
    for (const path of PATHS) await world.put(owner, vaultId, path, 'v')
  })

  it('matches for every principal what the explanation says, in random cases', async ({
    engine,
    world,
    owner,
    vaultId,
    calls: { someAgent, somePerson, access },
  }) => {
    const random = chance(engine === 'sqlite' ? 21 : 22)
    await world.colleague(owner, 'admin')
    for (let agents = 0; agents < 8; agents++) await someAgent(random)
    for (let people = 0; people < 8; people++) await somePerson(random)
    const outcomes = { agent: { allowed: 0, denied: 0 }, user: { allowed: 0, denied: 0 } }
    const byPolicy = { agent: 0, user: 0 }
    for (let round = 0; round < 6; round++) {
      const [permission, path, ip] = [random.of(PERMISSIONS), random.of(PATHS), random.of(IPS)]
      const entries = await access(`path=${path}&permission=${permission}&ip=${ip}`)
      expect(entries.length).toBe(18)
      for (const { principal_type, principal_id, policies, ...said } of entries) {
        const body = { principal_type, principal_id, permission, path, ip }
        const one = (await ok(world.call('POST', `/v1/vaults/${vaultId}/policies/explain`, { token: owner.token, body }))).body
        expect(said).toMatchObject({ allowed: one.allowed, rule: one.rule, reason: one.reason })
        expect((said as { policy_id?: string }).policy_id).toBe(one.policy_id)
        const concerned = one.considered.filter(({ outcome }: { outcome: string }) =>
          /grants it|not from this address|not at this time|unknown condition/.test(outcome),
        )
        expect(policies.map(({ policy_id, holds }) => `${policy_id} ${holds}`)).toEqual(
          concerned.map(
            ({ policy_id, outcome }: { policy_id: string; outcome: string }) => `${policy_id} ${outcome === 'grants it'}`,
          ),
        )
        const type = principal_type === 'user' ? 'user' : 'agent'
        outcomes[type][said.allowed ? 'allowed' : 'denied']++
        if (one.policy_id !== undefined && said.allowed) byPolicy[type]++
      }
    }
    for (const { allowed, denied } of Object.values(outcomes)) expect(Math.min(allowed, denied)).toBeGreaterThan(5)
    // Not only by their role.
    expect(Math.min(byPolicy.agent, byPolicy.user)).toBeGreaterThan(3)
  })

  it('shows who has read it, how often and when last, without denied attempts', async ({
    world,
    owner,
    vaultId,
    calls: { entryOf },
  }) => {
    const [reader, refused] = [await world.agent(owner), await world.agent(owner)]
    await world.policy(owner, vaultId, reader, 'a/*', ['read'])
    const read = (who: { token: string }, path = 'a/b') =>
      world.call('GET', `/v1/vaults/${vaultId}/secrets/${path}`, { token: who.token })
    for (let times = 0; times < 3; times++) await read(reader)
    await read(reader, 'a/c')
    expect((await read(refused)).status).toBe(403)
    await read(owner)
    const entry = await entryOf(reader, 'path=a/b')
    expect(entry).toMatchObject({ allowed: true, reads_90d: 3 })
    expect(Math.abs(Date.parse(entry?.last_read_at ?? '') - Date.now())).toBeLessThan(60_000)
    expect(await entryOf(owner, 'path=a/b')).toMatchObject({ rule: 'creator', reads_90d: 1 })
    expect(await entryOf(refused, 'path=a/b')).not.toHaveProperty('reads_90d')
    expect(await entryOf(reader, 'path=b/a/c')).not.toHaveProperty('reads_90d')
  })

  it('shows which version each principal read last, and on request the reads per day', async ({
    world,
    owner,
    vaultId,
    calls: { ask, entryOf },
  }) => {
    const [behind, ahead] = [await world.agent(owner), await world.agent(owner)]
    await world.put(owner, vaultId, 'old/key', 'v')
    const read = async (who: { id: string; token: string }, address = 'secrets/old/key') => {
      await ok(world.call('GET', `/v1/vaults/${vaultId}/${address}`, { token: who.token }))
      return (await entryOf(who, 'path=old/key'))?.last_read_version
    }
    for (const who of [behind, ahead]) await world.policy(owner, vaultId, who, 'old/*', ['read'])
    expect([await read(behind), await read(ahead)]).toEqual([1, 1])
    await world.put(owner, vaultId, 'old/key', 'w')
    expect(await read(ahead)).toBe(2)
    expect((await entryOf(behind, 'path=old/key'))?.last_read_version).toBe(1)
    expect(await read(ahead, 'secret-version/old/key/1')).toBe(1)
    const { days, principals } = (await ok(ask('path=old/key&include=days'))).body
    expect(days).toEqual([
      { day: principals.find(({ reads_90d }: Entry) => reads_90d === 3).last_read_at.slice(0, 10), reads: 4 },
    ])
    expect((await ok(ask('path=old/key'))).body).not.toHaveProperty('days')
    expect((await ok(ask('path=a&include=days'))).body.days).toEqual([])
    expect((await ask('path=a&include=hours')).status).toBe(400)
  })

  it('shows access to people who manage the vault, and reads to people who see the log', async ({
    world,
    owner,
    calls: { ask },
  }) => {
    const member = await world.colleague(owner)
    expect((await ask('path=a/b', member.token)).status).toBe(403)
    const theirs = await world.vault(member)
    await world.put(member, theirs, 'x', 'v')
    const agent = await world.agent(owner)
    const body = { secret_path_pattern: '*', principal_type: 'agent', principal_id: agent.id, permissions: ['read'] }
    await ok(world.call('POST', `/v1/vaults/${theirs}/policies`, { token: member.token, body }))
    await ok(world.call('GET', `/v1/vaults/${theirs}/secrets/x`, { token: agent.token }))
    await ok(world.call('GET', `/v1/vaults/${theirs}/secrets/x`, { token: member.token }))
    const seenBy = async (token: string) => {
      const { principals } = (await ok(ask('path=x', token, theirs))).body as { principals: Entry[] }
      return principals.filter(({ reads_90d }) => reads_90d !== undefined).map(({ principal_id }) => principal_id)
    }
    expect(await seenBy(member.token)).toEqual([member.id])
    expect(new Set(await seenBy(owner.token))).toEqual(new Set([agent.id, member.id]))
  })

  it('comes in pages, and needs a path', async ({ calls: { access, ask } }) => {
    const all = await access('path=a')
    const first = (await ok(ask('path=a&limit=3'))).body
    expect(first.principals).toEqual(all.slice(0, 3))
    const second = (await ok(ask(`path=a&limit=3&cursor=${first.next_cursor}`))).body
    expect(second.principals).toEqual(all.slice(3, 6))
    for (const query of ['', 'path=a//b', 'path=a&ip=10.0.0.0/8', 'path=a&permission=look'])
      expect((await ask(query)).status).toBe(400)
  })

  it('leaves an event with the query', async ({ world, owner, calls: { access } }) => {
    await access('path=a/c&permission=write')
    await vi.waitFor(async () => {
      const { events } = (await ok(world.call('GET', '/v1/audit/events?limit=1', { token: owner.token }))).body
      expect(events[0]).toMatchObject({ action: 'policy.explain', details: { path: 'a/c', permission: 'write' } })
    }, 15_000)
  })

  it('forgets reads after 90 days', async ({ world, owner, vaultId, calls: { entryOf } }) => {
    const reader = await world.agent(owner)
    await world.policy(owner, vaultId, reader, '**', ['read'])
    const key = (await ok(world.call('POST', '/v1/auth/api-keys', { token: owner.token, body: { name: 'mine' } }))).body.api_key
    await ok(world.call('GET', `/v1/vaults/${vaultId}/secrets/a`, { token: reader.key }))
    expect(await entryOf(reader, 'path=a', key)).toMatchObject({ reads_90d: 1 })
    world.advance(89 * 86_400_000)
    expect(await entryOf(reader, 'path=a', key)).toMatchObject({ reads_90d: 1 })
    world.advance(86_400_000)
    expect(await entryOf(reader, 'path=a', key)).not.toHaveProperty('reads_90d')
  })
})
