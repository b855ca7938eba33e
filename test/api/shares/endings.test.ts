import { describe, expect } from 'vitest'
import { engines } from '../../support/scenes/shares.ts'
import { ok } from '../../support/world.ts'

describe.each(engines())('the end of a share on $engine', ({ it }) => {
  it('comes when its secret or its creator’s access ends', async ({
    world,
    owner,
    vaultId: vault,
    calls: { secret, share, open },
  }) => {
    const agent = await world.agent(owner)
    const policy = await world.policy(owner, vault, agent, 'shared/*', ['read'], {
      conditions: { ip_allowlist: ['127.0.0.1'] },
    })
    const { id: secretId, path } = await secret()
    const link = { recipient_type: 'anyone_with_link' }
    const id = (await ok(share(agent.token, secretId, link))).body.id
    const own = (await ok(share(owner.token, secretId, link))).body.id
    // The creator's own conditions do not apply to the person who opens the share.
    expect((await open(id, { ip: '203.0.113.7' })).status).toBe(200)
    await ok(world.call('DELETE', `/v1/vaults/${vault}/policies/${policy}`, { token: owner.token }))
    expect((await open(id)).status).toBe(404)
    await world.policy(owner, vault, agent, 'shared/*', ['read'])
    expect((await open(id)).status).toBe(200)
    await ok(world.call('DELETE', `/v1/agents/${agent.id}`, { token: owner.token }))
    expect((await open(id)).status).toBe(404)
    await ok(world.call('DELETE', `/v1/vaults/${vault}/secrets/${path}`, { token: owner.token }))
    expect((await open(own)).status).toBe(410)
  })

  it('comes with the end of the vault', async ({ world, owner, calls: { share, open } }) => {
    const other = await world.vault(owner)
    const { body } = await world.put(owner, other, 'a/b', 'v')
    const id = (await ok(share(owner.token, body.id, { recipient_type: 'anyone_with_link' }))).body.id
    expect((await open(id)).status).toBe(200)
    await ok(world.call('DELETE', `/v1/vaults/${other}`, { token: owner.token }))
    expect((await open(id)).status).toBe(404)
  })

  it('comes with the end of its creator’s account', async ({ world, calls: { share, open } }) => {
    const user = await world.signUp()
    const own = await world.vault(user)
    const { body } = await world.put(user, own, 'a', 'v')
    const id = (await ok(share(user.token, body.id, { recipient_type: 'anyone_with_link' }))).body.id
    const confirmation = { confirmation: 'DELETE MY ACCOUNT' }
    expect((await world.call('DELETE', '/v1/auth/me', { token: user.token, body: confirmation })).status).toBe(204)
    expect((await open(id)).status).toBe(404)
  })

  it('comes at its expiry time, while locks open again', async ({ world, calls: { made, open } }) => {
    const expires_at = new Date(Date.now() + 20 * 60_000).toISOString()
    const id = await made({ recipient_type: 'anyone_with_link', passphrase: 'sesame', expires_at })
    const say = (passphrase: string) => open(id, { ip: '192.0.2.77', headers: { 'x-share-passphrase': passphrase } })
    for (let i = 0; i < 5; i++) expect((await say('open')).status).toBe(403)
    expect((await say('sesame')).status).toBe(429)
    world.advance(15 * 60_000 + 1000)
    expect((await ok(say('sesame'))).body.value).toBe('the value')
    world.advance(5 * 60_000)
    expect((await say('sesame')).status).toBe(410)
    expect((await ok(world.call('GET', `/v1/shares/${id}`))).body.is_expired).toBe(true)
  })
})
