import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { ok } from '../../support/world.ts'

describe.each(onEngines(testsOn))('an API key, on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world }) => {
    const make = async (token: string, scopes: string[] = []) => {
      const { body } = await ok(world.call('POST', '/v1/auth/api-keys', { token, body: { name: 'key', scopes } }))
      return { id: body.key.id as string, key: body.api_key as string }
    }
    const listed = async (token: string) =>
      ((await ok(world.call('GET', '/v1/auth/api-keys', { token }))).body.keys as { id: string }[]).map(({ id }) => id)
    const revoke = async (token: string, id: string) => (await world.call('DELETE', `/v1/auth/api-keys/${id}`, { token })).status
    return { make, listed, revoke }
  })

  it('that is confined to paths lists only itself and revokes none', async ({
    world,
    owner,
    calls: { make, listed, revoke },
  }) => {
    const [scoped, other] = [await make(owner.token, ['team/**']), await make(owner.token)]
    const { body } = await ok(world.call('POST', '/v1/auth/api-key-token', { body: { api_key: scoped.key } }))
    for (const token of [scoped.key, body.access_token]) {
      expect(await listed(token)).toEqual([scoped.id])
      expect([await revoke(token, other.id), await revoke(token, scoped.id)]).toEqual([403, 403])
    }
    expect(await listed(other.key)).toEqual(expect.arrayContaining([scoped.id, other.id]))
  })

  it('does not list the keys of another organisation, while its person does', async ({
    world,
    calls: { make, listed, revoke },
  }) => {
    const host = await world.signUp()
    const guest = await world.colleague(host)
    const here = await make(guest.token)
    const orgs = (await ok(world.call('GET', '/v1/orgs', { token: guest.token }))).body.orgs as { id: string }[]
    const home = orgs.find(({ id }) => id !== host.orgId)?.id
    const { body } = await ok(world.call('POST', '/v1/auth/switch-org', { token: guest.token, body: { org_id: home } }))
    const there = await make(body.access_token)
    expect([await listed(here.key), await revoke(here.key, there.id)]).toEqual([[here.id], 404])
    expect(await listed(guest.token)).toEqual(expect.arrayContaining([here.id, there.id]))
    expect(await revoke(guest.token, there.id)).toBe(204)
  })

  it('that is confined to paths shows and revokes only shares of those paths, and exports nothing', async ({
    world,
    owner,
    calls: { make },
  }) => {
    const vault = await world.vault(owner)
    const share = async (path: string) => {
      const secret = (await world.put(owner, vault, path, 'v')).body.id
      const body = { recipient_type: 'anyone_with_link', expires_at: '2999-01-01T00:00:00Z' }
      return (await ok(world.call('POST', `/v1/secrets/${secret}/share`, { token: owner.token, body }))).body.id as string
    }
    const [inside, outside] = [await share('team/a'), await share('other/a')]
    const { key } = await make(owner.token, ['team/**'])
    const { body } = await ok(world.call('GET', '/v1/shares/outbound', { token: key }))
    expect(body.shares.map(({ id }: { id: string }) => id)).toEqual([inside])
    const end = async (id: string) => (await world.call('DELETE', `/v1/share/${id}`, { token: key })).status
    expect([await end(outside), await end(inside)]).toEqual([404, 204])
    expect((await world.call('POST', '/v1/auth/export-data', { token: key })).status).toBe(403)
  })
})
