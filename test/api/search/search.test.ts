import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'
import { ok } from '../../support/world.ts'

interface Result {
  readonly kind: string
  readonly name: string
  readonly vault_name?: string
}

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', { scope: 'file', auto: true }, async ({ world, owner }) => {
      const member = await world.colleague(owner)
      const agent = await world.agent(owner, { name: 'web-deployer' })
      const vaults: string[] = []
      for (const name of ['production', 'staging', 'webshop']) vaults.push(await world.vault(owner, name))
      const [production = '', staging = ''] = vaults
      for (const path of ['stripe/webhook', 'stripe/secret-key', 'db/password']) await world.put(owner, production, path, 'v')
      for (let at = 0; at < 12; at++) await world.put(owner, staging, `web/${String(at).padStart(2, '0')}`, 'v')
      await world.policy(owner, production, agent, 'stripe/*', ['read'])
      const stranger = await world.signUp()
      await world.put(stranger, await world.vault(stranger, 'web of a stranger'), 'stripe/webhook', 'v')
      return { member, agent, vaults }
    })
    .extend('calls', ({ world, owner }) => {
      const page = async (query: string, { token } = owner as { token: string }) =>
        (await ok(world.call('GET', `/v1/search${query}`, { token }))).body as { results: Result[]; next_cursor?: string }
      const names = async (query: string, who?: { token: string }) => (await page(query, who)).results.map(({ name }) => name)
      return { page, names }
    }),
)

describe.each(engines)('a search for names, on $engine', ({ it }) => {
  it('finds a secret in any vault by half its name, even with a typo', async ({ calls: { page } }) => {
    expect((await page('?q=webhok')).results).toMatchObject([
      { kind: 'secret', name: 'stripe/webhook', vault_name: 'production', about: 'generic' },
    ])
  })

  it('also finds vaults, agents, people and policies, of the requested kinds', async ({
    scene: { member, agent },
    calls: { names, page },
  }) => {
    expect(await names('?q=web&kinds=vault,agent')).toEqual(['webshop', 'web-deployer'])
    expect(await names(`?q=${encodeURIComponent(member.email)}&kinds=person`)).toEqual([member.email])
    expect((await page('?q=stripe&kinds=policy')).results).toMatchObject([{ name: 'stripe/*', about: `agent:${agent.id}` }])
    expect(new Set((await page('')).results.map(({ kind }) => kind))).toEqual(
      new Set(['vault', 'agent', 'person', 'policy', 'secret']),
    )
  })

  it('shows everyone exactly what the lists show them', async ({
    world,
    owner,
    scene: { vaults, agent, member },
    calls: { names, page },
  }) => {
    expect(await names('?kinds=secret', agent)).toEqual(['stripe/secret-key', 'stripe/webhook'])
    expect(await names('?kinds=vault,policy,person', agent)).toEqual(['production'])
    expect(await names('?kinds=agent', agent)).toEqual(['web-deployer'])
    expect(await names('?kinds=secret,vault,policy', member)).toEqual([])
    const everything = (await page('')).results
    const listed = await Promise.all(
      vaults.map(async id => (await ok(world.call('GET', `/v1/vaults/${id}/secrets`, { token: owner.token }))).body.secrets),
    )
    const paths = listed.flat().map(({ path }: { path: string }) => path)
    const found = everything.filter(({ kind }) => kind === 'secret').map(({ name }) => name)
    expect(found.toSorted()).toEqual(paths.toSorted())
  })

  it('comes in pages that miss nothing and repeat nothing', async ({ world, owner, calls: { page } }) => {
    const all = (await page('?q=web')).results
    const paged: Result[] = []
    for (let cursor: string | undefined, pages = 0; pages < 50; pages++) {
      const next = await page(`?q=web&limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`)
      expect(next.results.length).toBeLessThanOrEqual(2)
      paged.push(...next.results)
      cursor = next.next_cursor
      if (cursor === undefined) break
    }
    expect(paged).toEqual(all)
    expect(all.length).toBeGreaterThan(14)
    expect((await world.call('GET', '/v1/search?cursor=x', { token: owner.token })).status).toBe(400)
  })

  it('leaves one event, which does not say what was searched for', async ({ world, owner, calls: { page } }) => {
    const own = async () =>
      (await allEvents(world)).filter(({ org_id, details }) => org_id === owner.orgId && !('outcome' in details))
    const before = new Set((await own()).map(({ seq }) => seq))
    await page('?q=a-value-that-was-pasted')
    const events = (await own()).filter(({ seq }) => !before.has(seq))
    expect(events).toMatchObject([{ action: 'search.find', actor_id: owner.id, details: { count: 0 } }])
    expect(JSON.stringify(events)).not.toContain('pasted')
  })

  it('refuses unknown kinds', async ({ world, owner }) => {
    const reply = await world.call('GET', '/v1/search?kinds=secret,value', { token: owner.token })
    expect(reply.status).toBe(400)
    expect(reply.body.fields).toHaveProperty('kinds')
  })
})
