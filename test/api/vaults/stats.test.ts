import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { rowsOf } from '../../support/rows.ts'

const none = { secrets: 0, versions: 0, bytes: 0 }

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world }) => {
    const stats = (token: string, vaultId: string) => world.call('GET', `/v1/vaults/${vaultId}/stats`, { token })
    return { stats }
  }),
)

describe.each(engines)('the statistics of a vault, on $engine', ({ it }) => {
  it('count every version, and the stored bytes', async ({ world, owner, calls: { stats } }) => {
    const vaultId = await world.vault(owner)
    expect((await stats(owner.token, vaultId)).body).toEqual(none)
    await world.put(owner, vaultId, 'a', 'one')
    await world.put(owner, vaultId, 'a', 'two')
    await world.put(owner, vaultId, 'b/c', 'x'.repeat(10_000))
    const stored = await rowsOf(
      world,
      `SELECT length(ciphertext) AS size FROM secret_versions WHERE secret_id IN (SELECT id FROM secrets WHERE vault_id = '${vaultId}')`,
    )
    const bytes = stored.reduce((sum, { size }) => sum + Number(size), 0)
    expect(bytes).toBeGreaterThan(10_006)
    expect(await stats(owner.token, vaultId)).toMatchObject({ status: 200, body: { secrets: 2, versions: 3, bytes } })
  })

  it('do not count deleted secrets or those of other vaults', async ({ world, owner, calls: { stats } }) => {
    const [vaultId, other] = [await world.vault(owner), await world.vault(owner)]
    await world.put(owner, other, 'a', 'elsewhere')
    await world.put(owner, vaultId, 'a', 'v')
    await world.call('DELETE', `/v1/vaults/${vaultId}/secrets/a`, { token: owner.token })
    expect((await stats(owner.token, vaultId)).body).toEqual(none)
  })

  it('are equal in parts of any size', async ({ world, owner, calls: { stats } }) => {
    const vaultId = await world.vault(owner)
    for (const path of ['b', 'a/b', 'Z', 'c']) await world.put(owner, vaultId, path, path)
    await world.put(owner, vaultId, 'b', 'again')
    await world.call('DELETE', `/v1/vaults/${vaultId}/secrets/c`, { token: owner.token })
    const { body } = await stats(owner.token, vaultId)
    expect(body).toMatchObject({ secrets: 3, versions: 4 })
    for (const atOnce of [1, 2, 5]) {
      const sum = { secrets: 0, versions: 0, bytes: 0 }
      for (let after: string | undefined = ''; after !== undefined; ) {
        const from: string = after
        const part = await world.server.database.report(({ vaults }) =>
          vaults.statsAfter({ id: vaultId, orgId: owner.orgId }, from, atOnce),
        )
        for (const name of ['secrets', 'versions', 'bytes'] as const) sum[name] += part[name]
        after = part.last
      }
      expect(sum).toEqual(body)
    }
  })

  it('are shown only to people who can see the vault', async ({ world, owner, calls: { stats } }) => {
    const vaultId = await world.vault(owner)
    const [member, agent, stranger] = [await world.colleague(owner), await world.agent(owner), await world.signUp()]
    expect((await stats(member.token, vaultId)).status).toBe(403)
    expect((await stats(agent.token, vaultId)).status).toBe(403)
    expect((await stats(stranger.token, vaultId)).status).toBe(404)
    await world.call('POST', `/v1/vaults/${vaultId}/policies`, {
      token: owner.token,
      body: { secret_path_pattern: 'a/**', principal_type: 'agent', principal_id: agent.id, permissions: ['read'] },
    })
    expect((await stats(agent.token, vaultId)).status).toBe(200)
  })
})
