import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { ok, PASSWORD } from '../../support/world.ts'

describe.each(onEngines(testsOn))('the list of what was deleted, on $engine', ({ it }) => {
  it('contains exactly what can be restored, with who deleted it and when that ends', async ({ world }) => {
    const owner = await world.signUp()
    const vault = await world.vault(owner)
    const call = (method: 'GET' | 'POST' | 'DELETE', path: string, token = owner.token) =>
      world.call(method, `/v1/vaults/${vault}/${path}`, { token })
    const deleted = async (query = '', token = owner.token) => (await ok(call('GET', `deleted-secrets${query}`, token))).body
    for (const path of ['a', 'b/c', 'b/d', 'kept', 'again']) await world.put(owner, vault, path, 'value')
    const agent = await world.agent(owner)
    await world.policy(owner, vault, agent, 'b/**', ['read', 'delete'])
    await ok(call('DELETE', 'secrets/a'))
    await ok(call('DELETE', 'secrets/again'))
    await ok(call('DELETE', 'secrets/b/c', agent.token))
    await ok(call('DELETE', 'secrets/b/d'))
    await world.put(owner, vault, 'again', 'another')

    const { secrets } = await deleted()
    expect(secrets.map((secret: { path: string; deleted_by: string }) => [secret.path, secret.deleted_by])).toEqual([
      ['a', `user:${owner.id}`],
      ['b/c', `agent:${agent.id}`],
      ['b/d', `user:${owner.id}`],
    ])
    const [{ deleted_at, purge_at, version }] = secrets
    expect(version).toBe(1)
    expect(Date.parse(purge_at) - Date.parse(deleted_at)).toBe(30 * 86_400_000)

    const theirs = await deleted('', agent.token)
    expect(theirs.secrets.map(({ path }: { path: string }) => path)).toEqual(['b/c', 'b/d'])
    const first = await deleted('?limit=2')
    expect(first.secrets).toHaveLength(2)
    const rest = await deleted(`?limit=2&cursor=${first.next_cursor}`)
    expect(rest).toEqual({ secrets: [expect.objectContaining({ path: 'b/d' })] })

    await ok(call('POST', 'secret-restore/a'))
    await ok(call('DELETE', 'secrets/b/d?purge=true'))
    expect((await deleted()).secrets.map(({ path }: { path: string }) => path)).toEqual(['b/c'])
    world.advance(30 * 86_400_000 + 1)
    const { body } = await ok(world.call('POST', '/v1/auth/token', { body: { email: owner.email, password: PASSWORD } }))
    expect((await deleted('', body.access_token)).secrets).toEqual([])
  })

  it('covers all vaults, in pages, and counts no denial for a vault that the caller cannot list', async ({ world }) => {
    const owner = await world.signUp()
    const [one, two] = [await world.vault(owner), await world.vault(owner)]
    const agent = await world.agent(owner)
    await world.policy(owner, one, agent, 'a', ['read'])
    for (const vault of [one, two])
      for (const path of ['a', 'b', 'c']) {
        await world.put(owner, vault, path, 'value')
        if (path !== 'c') await ok(world.call('DELETE', `/v1/vaults/${vault}/secrets/${path}`, { token: owner.token }))
      }
    const all = async (token: string, query = '') => (await ok(world.call('GET', `/v1/deleted-secrets${query}`, { token }))).body
    const places = ({ secrets }: { secrets: { vault_id: string; path: string }[] }) =>
      secrets.map(({ vault_id, path }) => `${vault_id} ${path}`)
    const everything = [one, two].toSorted().flatMap(vault => [`${vault} a`, `${vault} b`])
    expect(places(await all(owner.token))).toEqual(everything)
    for (const limit of [1, 2, 3, 4]) {
      const found: string[] = []
      for (let query = `?limit=${limit}`; query !== ''; ) {
        const page = await all(owner.token, query)
        expect(page.secrets.length).toBeGreaterThan(0)
        found.push(...places(page))
        query = page.next_cursor === undefined ? '' : `?limit=${limit}&cursor=${page.next_cursor}`
      }
      expect(found, `limit ${limit}`).toEqual(everything)
    }
    expect(places(await all(agent.token))).toEqual([`${one} a`])
    const { events } = (await ok(world.call('GET', '/v1/audit/events?action=secret.list', { token: owner.token }))).body
    expect(events.filter(({ details }: { details: { outcome?: string } }) => details.outcome !== undefined)).toEqual([])
    expect(events.filter(({ actor_id: id }: { actor_id: string }) => id === agent.id)).toMatchObject([
      { resource_type: 'org', details: { deleted: true, count: 1 } },
    ])
  })
})
