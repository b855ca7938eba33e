import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { rowsOf } from '../../support/rows.ts'
import { ok } from '../../support/world.ts'

describe.each(
  onEngines(engine => testsOn(engine).extend('member', { scope: 'file' }, ({ world, owner }) => world.colleague(owner))),
)('a request for access, on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world, member, vaultId }) => {
    const keyOf = async (scopes: string[]) =>
      (await ok(world.call('POST', '/v1/auth/api-keys', { token: member.token, body: { name: 'key', scopes } }))).body
        .api_key as string
    const ask = (token: string, pattern: string) => {
      const body = { secret_path_pattern: pattern, reason: randomUUID(), duration_seconds: 3600 }
      return world.call('POST', `/v1/vaults/${vaultId}/access-requests`, { token, body })
    }
    const listed = async (token: string): Promise<string[]> =>
      (await ok(world.call('GET', '/v1/access-requests', { token }))).body.requests.map(({ id }: { id: string }) => id)
    const withdraw = async (token: string, id: string) =>
      (await world.call('DELETE', `/v1/access-requests/${id}`, { token })).status
    return { keyOf, ask, listed, withdraw }
  })

  it('from a key that is confined to paths stays within those paths', async ({ world, owner, calls: { keyOf, ask } }) => {
    const key = await keyOf(['team/**'])
    for (const pattern of ['**', 'other/*', '*/db', 'other/db']) expect((await ask(key, pattern)).status).toBe(403)
    for (const pattern of ['team/**', 'team/*/x', 'team/db']) expect((await ask(key, pattern)).status).toBe(201)
    const agent = await world.agent(owner, { scopes: ['team/**'], vault_ids: [await world.vault(owner)] })
    for (const pattern of ['**', 'team/**', 'team/db']) expect((await ask(agent.token, pattern)).status).toBe(403)
  })

  it('is limited to two hundred a day, however soon each is withdrawn', async ({ world, owner, calls: { ask, withdraw } }) => {
    const agent = await world.agent(owner)
    const { id } = (await ok(ask(agent.token, 'a/0'))).body
    expect(await withdraw(agent.token, id)).toBe(204)
    const [row = {}] = await rowsOf(world, `SELECT * FROM access_requests WHERE id = '${id}'`)
    const literal = (value: unknown) => (value === null ? 'NULL' : typeof value === 'string' ? `'${value}'` : String(value))
    const copies = Array.from({ length: 198 }, () =>
      Object.values({ ...row, id: randomUUID() })
        .map(literal)
        .join(', '),
    )
    await rowsOf(world, `INSERT INTO access_requests (${Object.keys(row).join(', ')}) VALUES (${copies.join('), (')})`)
    expect((await ask(agent.token, 'a/1')).status).toBe(201)
    const refused = await ask(agent.token, 'a/2')
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '3600'])
  })

  it('is neither shown to nor withdrawn by a key whose paths do not cover it', async ({
    world,
    member,
    calls: { keyOf, ask, listed, withdraw },
  }) => {
    const key = await keyOf(['mine/**'])
    const [inside, outside] = [(await ok(ask(member.token, 'mine/a'))).body.id, (await ok(ask(member.token, 'prod/**'))).body.id]
    const { body } = await ok(world.call('POST', '/v1/auth/api-key-token', { body: { api_key: key } }))
    for (const token of [key, body.access_token]) {
      expect(await listed(token)).toEqual([inside])
      expect(await withdraw(token, outside)).toBe(403)
      expect((await world.call('GET', `/v1/access-requests/${outside}`, { token })).status).toBe(403)
    }
    expect(await withdraw(key, inside)).toBe(204)
    expect(await listed(member.token)).toContain(outside)
  })
})
