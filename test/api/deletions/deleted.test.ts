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
})
