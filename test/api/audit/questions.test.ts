import { describe, expect, vi } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { ok } from '../../support/world.ts'

interface Event {
  readonly seq: number
  readonly action: string
  readonly actor_id: string
  readonly actor_type: string
  readonly resource_id: string
  readonly resource_type: string
  readonly vault_id?: string
  readonly details: Record<string, unknown>
}

const seqs = (rows: readonly Event[]) => rows.map(({ seq }) => seq).toSorted((one, other) => one - other)

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', { scope: 'file', auto: true }, async ({ world, owner }) => {
      const events = async (query = '', token = owner.token) =>
        (await ok(world.call('GET', `/v1/audit/events${query || '?limit=1000'}`, { token }))).body.events as Event[]
      const member = await world.colleague(owner)
      const agent = await world.agent(owner, { name: 'deployer' })
      const make = async (name: string) =>
        (await ok(world.call('POST', '/v1/vaults', { token: owner.token, body: { name } }))).body.id as string
      const production = await make('production')
      const staging = await make('staging')
      for (const path of ['stripe/key', 'stripe/hooks/main', 'db/url']) await world.put(owner, production, path, 'v')
      await world.put(owner, staging, 'stripe/key', 'v')
      const elsewhere = { conditions: { ip_allowlist: ['203.0.113.0/24'] } }
      await world.policy(owner, production, agent, 'stripe/*', ['read'])
      await world.policy(owner, production, agent, 'db/url', ['read'], elsewhere)
      await world.policy(owner, production, agent, 'stripe/hooks/*', ['write'])
      const reading: readonly (readonly [string, string])[] = [
        [production, 'stripe/key'],
        [production, 'stripe/key'],
        [production, 'db/url'],
        [production, 'stripe/hooks/main'],
        [staging, 'stripe/key'],
      ]
      for (const [vault, path] of reading) await world.call('GET', `/v1/vaults/${vault}/secrets/${path}`, { token: agent.token })
      await world.call('GET', `/v1/vaults/${production}/secrets`, { token: owner.token })
      const body = { secret_path_pattern: '**', principal_type: 'agent', principal_id: agent.id, permissions: ['read'] }
      await world.call('POST', `/v1/vaults/${production}/policies`, { token: agent.token, body })
      await world.call('GET', `/v1/vaults/${production}/policies`, { token: member.token })
      // Replies do not wait for the events of refusals.
      await vi.waitFor(async () => expect((await events('?outcome=denied')).length).toBe(5), 15_000)
      const all = (await events()).toReversed()
      return { member, agent, production, staging, all, events }
    })
    .extend('calls', ({ scene: { all } }) => {
      const expected = (keep: (event: Event) => boolean) => seqs(all.filter(keep))
      return { expected }
    }),
)

describe.each(engines)('queries of the audit log, on $engine', ({ it }) => {
  it.for([
    'kinds=changes',
    'kinds=sign-ins',
    'kinds=changes,sign-ins',
    'kinds=changes,views&order=asc',
    'kinds=changes,sign-ins,views',
    'kinds=changes&actor_type=agent',
    'kinds=changes,views&actor_type=user',
    'actor_type=agent',
    'actor_type=agent&resource_type=secret',
    'actor_type=user&outcome=denied',
  ])('return the same events page by page as in one reply: %s', async (question, { world, owner, scene: { events } }) => {
    // The newest are scanned, the older ones are looked up.
    await world.server.database.run(({ audit }) => audit.index.indexNext(owner.orgId, 9))
    const numbers = (rows: readonly Event[]) => rows.map(({ seq }) => seq)
    const whole = numbers(await events(`?${question}&limit=1000`))
    expect(whole.length).toBeGreaterThan(0)
    const paged: number[] = []
    for (let offset = 0; offset < whole.length; offset += 2) {
      paged.push(...numbers(await events(`?${question}&limit=2&offset=${offset}`)))
    }
    expect(paged.filter(seq => whole.includes(seq))).toEqual(whole)
    const parameters = new URLSearchParams(question)
    const [kinds, type, thing] = [
      parameters.get('kinds')?.split(','),
      parameters.get('actor_type'),
      parameters.get('resource_type'),
    ]
    for (const { action, details, actor_type, resource_type } of await events(`?${question}&limit=1000`)) {
      if (type) expect(actor_type).toBe(type)
      if (thing) expect(resource_type).toBe(thing)
      if (kinds && !kinds.includes('sign-ins')) expect(action).not.toMatch(/^auth\./)
      if (kinds && !kinds.includes('views')) expect(action === 'secret.list' && details['outcome'] === undefined).toBe(false)
    }
  })

  it('return the rule, the policy and the condition at that time, for denied and allowed requests', async ({
    scene: { member, production, staging, all },
  }) => {
    const why = (event: Event | undefined) => {
      const { rule, condition, policy_id } = event?.details ?? {}
      return [rule, condition, typeof policy_id]
    }
    const denied = all.filter(({ details }) => details['outcome'] === 'denied')
    const at = (path: string, vault = production) => denied.find(e => e.details['path'] === path && e.vault_id === vault)
    expect(why(at('db/url'))).toEqual(['policy-conditions', 'ip_allowlist', 'string'])
    expect(why(at('stripe/hooks/main'))).toEqual(['policy-permission', undefined, 'string'])
    expect(why(at('stripe/key', staging))).toEqual(['no-policy', undefined, 'undefined'])
    expect(denied.find(({ action }) => action === 'policy.create')?.details).toMatchObject({ rule: 'people-only' })
    expect(denied.find(({ actor_id }) => actor_id === member.id)?.details).toMatchObject({ rule: 'policy-manager' })
    expect(denied.every(({ details }) => typeof details['rule'] === 'string')).toBe(true)
    const granted = all.filter(({ action, details }) => action === 'secret.read' && !('outcome' in details))
    expect(granted.map(why)).toEqual([
      ['policy', undefined, 'string'],
      ['policy', undefined, 'string'],
    ])
    expect(all.find(({ action }) => action === 'secret.write')?.details['rule']).toBe('creator')
    expect(JSON.stringify(all)).not.toContain('203.0.113')
  })

  it('by outcome and by kind return exactly the matching events', async ({
    world,
    owner,
    scene: { events },
    calls: { expected },
  }) => {
    const isRefused = ({ action, details }: Event) => 'outcome' in details || action === 'auth.failure'
    const views = ['secret.list', 'vault.read', 'policy.list', 'policy.explain', 'search.find']
    const isRead = (e: Event) => ['secret.read', 'share.open'].includes(e.action) || (views.includes(e.action) && isRefused(e))
    const isView = (e: Event) => views.includes(e.action) && !isRefused(e)
    const isSignIn = ({ action }: Event) => action.startsWith('auth.')
    const isChange = (e: Event) => !isRead(e) && !isView(e) && !isSignIn(e)
    for (const [query, keep] of [
      ['outcome=denied', ({ details }) => details['outcome'] === 'denied'],
      ['outcome=denied,failed', isRefused],
      ['outcome=ok', (e: Event) => !isRefused(e)],
      ['kinds=reads', isRead],
      ['kinds=views', isView],
      ['kinds=changes', isChange],
      ['kinds=sign-ins', isSignIn],
      ['kinds=reads,changes', (e: Event) => isRead(e) || isChange(e)],
      ['kinds=reads,changes,sign-ins', (e: Event) => !isView(e)],
      ['kinds=reads&outcome=denied', (e: Event) => isRead(e) && e.details['outcome'] === 'denied'],
    ] satisfies [string, (event: Event) => boolean][]) {
      const found = seqs(await events(`?limit=1000&${query}`))
      expect([query, found]).toEqual([query, expected(keep)])
      expect([query, found.length > 0]).toEqual([query, true])
    }
    for (const query of ['kinds=writes', 'outcome=refused', 'kinds=reads,']) {
      expect((await world.call('GET', `/v1/audit/events?${query}`, { token: owner.token })).status).toBe(400)
    }
  })

  it('in words find the agent, vault or paths with that name', async ({
    scene: { agent, production, staging, events },
    calls: { expected },
  }) => {
    const path = ({ details, resource_id }: Event) => String(details['path'] ?? resource_id)
    const names = (id: string) => (e: Event) => [e.actor_id, e.vault_id, e.resource_id].includes(id)
    for (const [words, keep] of [
      ['Deployer', names(agent.id)],
      ['production', names(production)],
      ['stripe/**', (e: Event) => path(e).startsWith('stripe/')],
      ['stripe/*', (e: Event) => /^stripe\/[^/]+$/.test(path(e))],
      ['**/main', (e: Event) => path(e).endsWith('/main')],
      ['deployer stripe/** staging', (e: Event) => names(agent.id)(e) && names(staging)(e) && path(e).startsWith('stripe/')],
      ['vault.create', (e: Event) => e.action === 'vault.create'],
      ['depl denied', (e: Event) => names(agent.id)(e) && e.details['outcome'] === 'denied'],
      ['100%_', () => false],
    ] satisfies [string, (event: Event) => boolean][]) {
      const found = seqs(await events(`?limit=1000&q=${encodeURIComponent(words)}`))
      expect([words, found]).toEqual([words, expected(keep)])
    }
    const paged = await events('?limit=2&q=stripe/**')
    expect(seqs(paged)).toEqual(expected(e => path(e).startsWith('stripe/')).slice(-2))
    const second = await events('?limit=2&offset=2&q=stripe/**')
    expect(seqs(second)).toEqual(expected(e => path(e).startsWith('stripe/')).slice(-4, -2))
  })

  it('by a member return what the member caused, and reveal no vault that the member cannot see', async ({
    scene: { member, events },
  }) => {
    expect((await events('?q=deployer', member.token)).every(({ actor_id }) => actor_id === member.id)).toBe(true)
    expect(await events('?q=production', member.token)).toEqual([])
  })

  it('about denials and reads return sums that equal the events', async ({
    world,
    owner,
    scene: { agent, production, staging, all },
  }) => {
    const { body } = await ok(world.call('GET', '/v1/audit/denials', { token: owner.token }))
    const denied = all.filter(({ details }) => details['outcome'] === 'denied')
    const sum = (rows: readonly { count: number }[]) => rows.reduce((total, { count }) => total + count, 0)
    expect([sum(body.denials), body.total, body.is_partial]).toEqual([denied.length, 5, false])
    expect(body.denials.find((each: { resource: string }) => each.resource === 'db/url')).toMatchObject({
      actor_id: agent.id,
      vault_id: production,
      count: 1,
      rule: 'policy-conditions',
      condition: 'ip_allowlist',
    })
    const reads = async (query: string, token = owner.token) =>
      (await ok(world.call('GET', `/v1/audit/reads${query}`, { token }))).body
    expect(await reads(`?actor_id=${agent.id}`)).toMatchObject({
      reads: [{ path: 'stripe/key', vault_id: production, count: 2, actor_id: agent.id }],
      total: 2,
      secrets: 1,
      vaults: 1,
    })
    expect(await reads(`?actor_id=${owner.id}`, agent.key)).toMatchObject({ reads: [], total: 0 })
    expect((await reads(`?vault_id=${staging}`)).total).toBe(0)
    expect((await world.call('GET', '/v1/audit/reads?from=2026-02-30x', { token: owner.token })).status).toBe(400)
  })
})
