import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { mailbox } from '../../support/mailbox.ts'
import { allEvents } from '../../support/rows.ts'
import { engines } from '../../support/scenes/shares.ts'
import { ok } from '../../support/world.ts'

describe.each(engines())('sharing on $engine', ({ it }) => {
  it('opens a link for anyone, with the newest version, and informs the creator', async ({
    world,
    owner,
    vaultId: vault,
    mail,
    calls: { secret, share, open },
  }) => {
    const { id: secretId, path } = await secret('first', { type: 'password' })
    const created = await ok(share(owner.token, secretId, { recipient_type: 'anyone_with_link', max_access_count: 2 }))
    const { id } = created.body
    expect(created.body).toEqual({
      id,
      share_url: `http://1claw.test/v1/share/${id}`,
      recipient_type: 'anyone_with_link',
      expires_at: '2999-01-01T00:00:00.000Z',
      max_access_count: 2,
    })
    expect((await ok(open(id))).body).toEqual({
      id,
      path,
      type: 'password',
      value: 'first',
      access_count: 1,
      max_access_count: 2,
    })
    await world.put(owner, vault, path, 'second')
    expect((await ok(open(id.toUpperCase()))).body).toMatchObject({ value: 'second', access_count: 2 })
    expect((await open(id)).status).toBe(410)
    const message = await mail.newest('share-opened', owner.email, 2)
    expect(message.text).toContain(path)
    expect(message.text).not.toContain('second')
    const events = (await allEvents(world)).filter(({ resource_id }) => resource_id === id)
    expect(events.map(({ action, actor_type }) => `${action} ${actor_type}`)).toEqual([
      'share.create user',
      'share.open anonymous',
      'share.open anonymous',
    ])
  })

  it('shows browsers and link previews a page that opens nothing', async ({ world, calls: { made, open } }) => {
    const id = await made({ recipient_type: 'anyone_with_link', max_access_count: 1 })
    const looks = [
      { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' },
      { accept: '*/*', 'user-agent': 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' },
      { accept: '*/*', 'user-agent': 'facebookexternalhit/1.1' },
      { accept: '*/*', 'user-agent': 'Mozilla/5.0 (compatible; SafeLinks)' },
      { accept: '*/*', 'user-agent': 'curl/8.5.0' },
    ]
    for (const headers of looks) {
      const reply = await open(id, { headers })
      expect(reply.headers['content-type']).toMatch(/^text\//)
      expect(reply.headers['content-security-policy']).toContain("default-src 'none'")
      expect(reply.body).not.toContain('the value')
    }
    expect((await world.call('HEAD', `/v1/share/${id}`)).status).toBe(405)
    expect((await ok(world.call('GET', `/v1/shares/${id}`))).body.access_count).toBe(0)
    expect((await ok(open(id, { headers: { accept: 'application/json', 'user-agent': 'curl/8.5.0' } }))).body.value).toBe(
      'the value',
    )
    const another = await made({ recipient_type: 'anyone_with_link', max_access_count: 1 })
    const library = { accept: '*/*', 'content-type': 'application/json' }
    expect((await ok(open(another, { headers: library }))).body.value).toBe('the value')
  })

  it('refuses a credential that is not valid, even for a link', async ({ owner, calls: { made, open } }) => {
    const id = await made({ recipient_type: 'anyone_with_link' })
    expect((await open(id, { token: 'nonsense' })).status).toBe(401)
    expect((await open(id, { token: owner.token })).status).toBe(200)
  })

  it('is for one user, who accepts it first, and does not exist for others', async ({
    world,
    owner,
    mail,
    calls: { made, ids, open, act, list },
  }) => {
    const [member, other, stranger] = [await world.colleague(owner), await world.colleague(owner), await world.signUp()]
    const id = await made({ recipient_type: 'user', recipient_id: member.id })
    await mail.newest('secret-shared', member.email)
    expect(await ids('inbound', member.token)).toEqual([id])
    expect((await open(id, { token: member.token })).status).toBe(403)
    for (const token of [undefined, other.token, stranger.token, owner.token]) {
      expect((await open(id, { token })).status).toBe(404)
      expect((await world.call('GET', `/v1/shares/${id}`, { token })).status).toBe(404)
      if (token) expect((await act('accept', id, token)).status).toBe(404)
      if (token) expect((await act('decline', id, token)).status).toBe(404)
    }
    expect((await act('accept', id, member.token)).status).toBe(204)
    expect((await act('accept', id, member.token)).status).toBe(204)
    expect((await ok(open(id, { token: member.token }))).body.value).toBe('the value')
    expect((await list('outbound', owner.token)).find(each => each.id === id)).toMatchObject({
      is_accepted: true,
      access_count: 1,
    })
    expect((await act('decline', id, member.token)).status).toBe(204)
    expect((await open(id, { token: member.token })).status).toBe(404)
    expect((await act('accept', id, member.token)).status).toBe(404)
    expect(await ids('inbound', member.token)).toEqual([])
  })

  it('works from an agent to the person who made it, and to another agent', async ({
    world,
    owner,
    vaultId: vault,
    mail,
    calls: { secret, share, act, open, ids },
  }) => {
    const member = await world.colleague(owner)
    const [agent, peer] = [await world.agent(member), await world.agent(owner)]
    await world.policy(owner, vault, agent, 'shared/*', ['read'])
    const { id: secretId } = await secret()
    expect((await share(owner.token, secretId, { recipient_type: 'creator' })).status).toBe(400)
    expect((await share(peer.token, secretId, { recipient_type: 'creator' })).status).toBe(403)
    expect((await share(agent.token, secretId, { recipient_type: 'external_email', email: 'a@example.com' })).status).toBe(403)
    const back = (await ok(share(agent.token, secretId, { recipient_type: 'creator' }))).body.id
    await ok(act('accept', back, member.token))
    expect((await ok(open(back, { token: member.token }))).body.value).toBe('the value')
    await mail.newest('share-opened', member.email)
    const across = (await ok(share(agent.token, secretId, { recipient_type: 'agent', recipient_id: peer.id }))).body.id
    expect(await ids('inbound', peer.token)).toEqual([across])
    await ok(act('accept', across, peer.token))
    expect((await ok(open(across, { token: peer.token }))).body.value).toBe('the value')
    expect((await open(across, { token: owner.token })).status).toBe(404)
  })

  it('works with an address, only for the person who confirmed it', async ({
    world,
    owner,
    mail,
    calls: { made, ids, act, verify, open, list },
  }) => {
    const email = `${randomUUID()}@example.com`
    const id = await made({ recipient_type: 'external_email', recipient_email: ` ${email.toUpperCase()}` })
    const message = await mail.newest('secret-shared', email)
    expect(message.token).toBe(id)
    const user = await world.signUp(email)
    expect(await ids('inbound', user.token)).toEqual([])
    expect((await act('accept', id, user.token)).status).toBe(404)
    await verify(user)
    expect(await ids('inbound', user.token)).toEqual([id])
    await ok(act('accept', id, user.token))
    expect((await ok(open(id, { token: user.token }))).body.value).toBe('the value')
    const outbound = (await list('outbound', owner.token)).find(each => each.id === id)
    expect(outbound).toMatchObject({ recipient_email: email, is_accepted: true })
  })

  it('requires the fields of each kind of share', async ({ world, owner, calls: { secret, share } }) => {
    const { id } = await secret()
    const stranger = await world.signUp()
    const refused = async (body: object, field: string) => {
      const reply = await share(owner.token, id, body)
      expect({ body, status: reply.status, fields: Object.keys(reply.body.fields ?? {}) }).toEqual({
        body,
        status: 400,
        fields: [field],
      })
    }
    await refused({ recipient_type: 'user' }, 'recipient_id')
    await refused({ recipient_type: 'user', recipient_id: stranger.id }, 'recipient_id')
    await refused({ recipient_type: 'agent', recipient_id: owner.id }, 'recipient_id')
    await refused({ recipient_type: 'external_email' }, 'email')
    await refused({ recipient_type: 'anyone_with_link', expires_at: '2020-01-01T00:00:00Z' }, 'expires_at')
    await refused({ recipient_type: 'anyone_with_link', expires_at: undefined }, 'expires_at')
    await refused({ recipient_type: 'anyone_with_link', ip_allowlist: ['192.0.2.0/24', 'here'] }, 'ip_allowlist[1]')
    await refused({ recipient_type: 'anyone_with_link', permissions: ['write'] }, 'permissions[0]')
    expect((await share(stranger.token, id, { recipient_type: 'anyone_with_link' })).status).toBe(404)
    expect((await share(owner.token, randomUUID(), { recipient_type: 'anyone_with_link' })).status).toBe(404)
  })

  it('is revoked by both paths, and only by its creator', async ({ world, owner, calls: { made, open, ids } }) => {
    const member = await world.colleague(owner)
    for (const path of ['share', 'shares']) {
      const id = await made({ recipient_type: 'anyone_with_link' })
      const revoke = (token: string) => world.call('DELETE', `/v1/${path}/${id}`, { token })
      expect((await revoke(member.token)).status).toBe(404)
      expect((await revoke(owner.token)).status).toBe(204)
      expect((await revoke(owner.token)).status).toBe(404)
      expect((await open(id)).status).toBe(404)
      expect(await ids('outbound', owner.token)).not.toContain(id)
    }
  })

  it('protects addresses and a passphrase like a login', async ({ world, owner, calls: { made, open } }) => {
    const id = await made({
      recipient_type: 'anyone_with_link',
      ip_allowlist: ['192.0.2.0/24', '198.51.100.9'],
      passphrase: 'öffne dich',
      max_access_count: 1,
    })
    const from = (ip: string, passphrase?: string) =>
      open(id, {
        ip,
        ...(passphrase !== undefined && { headers: { 'x-share-passphrase': Buffer.from(passphrase).toString('latin1') } }),
      })
    expect((await from('203.0.113.1', 'öffne dich')).status).toBe(403)
    expect((await from('192.0.2.1')).status).toBe(403)
    expect((await ok(world.call('GET', `/v1/shares/${id}`))).body).toMatchObject({ has_passphrase: true, access_count: 0 })
    for (let i = 0; i < 5; i++) expect((await from('192.0.2.1', `wrong ${i}`)).status).toBe(403)
    const locked = await from('192.0.2.2', 'öffne dich')
    expect(locked.status).toBe(429)
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(0)
    expect((await mailbox(world.dataDir).newest('share-locked', owner.email)).text).toContain('wrong passphrase')
    const refusals = (await allEvents(world)).filter(({ action, resource_id }) => action === 'share.refuse' && resource_id === id)
    expect(refusals.map(({ details }) => details['reason'])).toEqual(['address', ...Array(5).fill('passphrase')])
    const row = await world.server.database.read(({ shares }) => shares.liveOfAnyOrg(id))
    expect(row?.passphrase_hash).toMatch(/^\$argon2id\$/)
  })

  it('does not let an agent see the keys it signs with', async ({
    world,
    owner,
    vaultId: vault,
    calls: { secret, share, act, open },
  }) => {
    const agent = await world.agent(owner, { intents_api_enabled: true })
    await world.policy(owner, vault, agent, 'shared/*', ['read'])
    for (const type of ['private_key', 'ssh_key']) {
      const { id: key } = await secret('0xkey', { type })
      expect((await share(agent.token, key, { recipient_type: 'creator' })).status).toBe(403)
      const given = (await ok(share(owner.token, key, { recipient_type: 'agent', recipient_id: agent.id }))).body.id
      await ok(act('accept', given, agent.token))
      expect((await open(given, { token: agent.token })).status).toBe(403)
      // It was shared while it had another type.
      const { id: turned, path } = await secret('harmless')
      const link = (await ok(share(agent.token, turned, { recipient_type: 'anyone_with_link' }))).body.id
      expect((await open(link)).status).toBe(200)
      await world.put(owner, vault, path, '0xkey', { type })
      expect((await open(link)).status).toBe(403)
    }
  })

  it('counts as a read of a secret that has an access limit', async ({
    world,
    owner,
    vaultId: vault,
    calls: { secret, share, open },
  }) => {
    const { id: secretId, path } = await secret('v', { max_access_count: 2 })
    const id = (await ok(share(owner.token, secretId, { recipient_type: 'anyone_with_link' }))).body.id
    expect((await open(id)).status).toBe(200)
    expect((await world.call('GET', `/v1/vaults/${vault}/secrets/${path}`, { token: owner.token })).status).toBe(200)
    expect((await open(id)).status).toBe(410)
  })
})
