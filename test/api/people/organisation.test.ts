import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { mailbox } from '../../support/mailbox.ts'
import { engines } from '../../support/scenes/organisations.ts'
import { ok, PASSWORD, type TestUser } from '../../support/world.ts'

describe.each(engines())('an organisation on $engine', ({ it }) => {
  describe('an invitation', () => {
    it('admits a new person to the organisation, with the address confirmed', async ({
      world,
      mail,
      calls: { invite, signUpInvited },
    }) => {
      const owner = await world.signUp()
      const email = `${randomUUID()}@example.com`
      const sent = await ok(invite(owner, ` ${email.toUpperCase()} `))
      expect(sent.body.email).toBe(email)
      const message = await mail.newest('invitation', email)
      expect(message.text).toContain(`http://1claw.test/invite/${message.token}`)
      expect(message.text).toContain(owner.email)
      const shown = await ok(world.call('GET', `/v1/org/invitations/${message.token}`))
      expect(shown.body).toMatchObject({ email, role: 'member', org_name: owner.email })

      expect((await signUpInvited(`${randomUUID()}@example.com`, message.token)).body.fields).toHaveProperty('email')
      const { body } = await ok(signUpInvited(email, message.token))
      const me = await ok(world.call('GET', '/v1/auth/me', { token: body.access_token }))
      expect(me.body).toMatchObject({ email, org_id: owner.orgId, role: 'member', email_verified: true })
      const { members } = (await ok(world.call('GET', '/v1/org/members', { token: body.access_token }))).body
      expect(members.map((member: { email: string; role: string }) => [member.email, member.role])).toEqual([
        [owner.email, 'owner'],
        [email, 'member'],
      ])
      expect((await world.call('GET', `/v1/org/invitations/${message.token}`)).status).toBe(404)
    })

    it('admits a person with an account, who can then work in both organisations', async ({
      world,
      mail,
      calls: { invite, accept, tokenOf },
    }) => {
      const owner = await world.signUp()
      const guest = await world.signUp()
      await ok(invite(owner, guest.email, 'admin'))
      const { token } = await mail.newest('invitation', guest.email)
      const stranger = await world.signUp()
      expect((await accept(stranger, token)).status).toBe(403)
      const joined = await ok(accept(guest, token))
      expect(joined.body).toEqual({ org_id: owner.orgId, org_name: owner.email, role: 'admin' })
      expect((await accept(guest, token)).status).toBe(404)
      expect((await invite(owner, guest.email)).status).toBe(409)

      const { orgs } = (await ok(world.call('GET', '/v1/orgs', { token: guest.token }))).body
      expect(orgs.map((org: { id: string; role: string; is_current: boolean }) => [org.id, org.role, org.is_current])).toEqual([
        [guest.orgId, 'owner', true],
        [owner.orgId, 'admin', false],
      ])
      const switched = await ok(world.call('POST', '/v1/auth/switch-org', { token: guest.token, body: { org_id: owner.orgId } }))
      expect(switched.body.expires_in).toBeLessThanOrEqual(900)
      const there = await ok(world.call('GET', '/v1/auth/me', { token: switched.body.access_token }))
      expect(there.body).toMatchObject({ org_id: owner.orgId, role: 'admin' })
      // It is now the organisation that was used last.
      const again = await ok(world.call('GET', '/v1/auth/me', { token: await tokenOf(guest) }))
      expect(again.body.org_id).toBe(owner.orgId)
      const elsewhere = { token: guest.token, body: { org_id: stranger.orgId } }
      expect((await world.call('POST', '/v1/auth/switch-org', elsewhere)).status).toBe(404)
    })

    it('cannot lengthen a session by switching', async ({ world }) => {
      const user = await world.signUp()
      world.advance(600_000)
      const { body } = await ok(world.call('POST', '/v1/auth/switch-org', { token: user.token, body: { org_id: user.orgId } }))
      expect(body.expires_in).toBeLessThanOrEqual(300)
      const key = await ok(world.call('POST', '/v1/auth/api-keys', { token: user.token, body: { name: 'k' } }))
      const byKey = { token: key.body.api_key, body: { org_id: user.orgId } }
      expect((await world.call('POST', '/v1/auth/switch-org', byKey)).status).toBe(403)
    })

    it('works once, for seven days, until it is revoked or sent again', async ({
      world,
      mail,
      calls: { invite, signUpInvited },
    }) => {
      const owner = await world.signUp()
      const email = `${randomUUID()}@example.com`
      await ok(invite(owner, email))
      const first = await mail.newest('invitation', email)
      await ok(invite(owner, email, 'admin'))
      const second = await mail.newest('invitation', email, 2)
      expect((await signUpInvited(email, first.token)).body.fields).toHaveProperty('invite_token')

      const { invitations } = (await ok(world.call('GET', '/v1/org/invitations', { token: owner.token }))).body
      expect(invitations).toMatchObject([{ email, role: 'admin', invited_by: owner.id }])
      const revoke = (by: TestUser) => world.call('DELETE', `/v1/org/invite/${invitations[0].id}`, { token: by.token })
      expect((await revoke(await world.signUp())).status).toBe(404)
      expect((await revoke(owner)).status).toBe(204)
      expect((await signUpInvited(email, second.token)).status).toBe(400)

      await ok(invite(owner, email))
      const third = await mail.newest('invitation', email, 3)
      const tries = await Promise.all([1, 2, 3].map(() => signUpInvited(email, third.token)))
      expect(tries.filter(({ status }) => status === 200)).toHaveLength(1)

      const late = `${randomUUID()}@example.com`
      const admin = await world.signUp()
      await ok(invite(admin, late))
      const link = await mail.newest('invitation', late)
      world.advance(7 * 24 * 3_600_000 + 1)
      expect((await signUpInvited(late, link.token)).status).toBe(400)
    })

    it('is sent by owners and admins, and only an owner invites owners', async ({ world, calls: { invite } }) => {
      const owner = await world.signUp()
      const admin = await world.colleague(owner, 'admin')
      const member = await world.colleague(owner)
      const agent = await world.agent(owner)
      expect((await invite(member, 'a@example.com')).status).toBe(403)
      expect((await invite(agent, 'a@example.com')).status).toBe(403)
      expect((await invite(admin, 'a@example.com', 'owner')).status).toBe(403)
      expect((await invite(admin, 'a@example.com', 'admin')).status).toBe(200)
      expect((await invite(owner, 'b@example.com', 'owner')).status).toBe(200)
      expect((await invite(owner, 'c@example.com', 'king')).status).toBe(400)
    })

    it('ends when its sender leaves', async ({ world, mail, calls: { invite, remove, signUpInvited } }) => {
      const owner = await world.signUp()
      const admin = await world.colleague(owner, 'admin')
      const email = `${randomUUID()}@example.com`
      await ok(invite(admin, email))
      const { token } = await mail.newest('invitation', email)
      await ok(remove(owner, admin.id))
      expect((await signUpInvited(email, token)).status).toBe(400)
    })

    it('does not carry markup or a second header into the mail', async ({ world, mail, calls: { invite } }) => {
      const email = `${randomUUID()}@example.com`
      const name = '<script>alert(1)</script> Bcc: victim@example.com'
      const broken = { email: `${randomUUID()}@example.com`, password: PASSWORD, display_name: 'Ann\r\nBcc: victim@example.com' }
      expect((await world.call('POST', '/v1/auth/signup', { body: broken })).status).toBe(400)
      const { body } = await ok(
        world.call('POST', '/v1/auth/signup', {
          body: { email: `${randomUUID()}@example.com`, password: PASSWORD, display_name: name },
        }),
      )
      await ok(invite({ token: body.access_token }, email))
      const { subject, html, to } = await mail.newest('invitation', email)
      expect(to).toBe(email)
      expect(html).toContain('&lt;script&gt;')
      expect(html).not.toContain('<script>')
      expect(subject).not.toMatch(/[\r\n]/)
      expect((await mail.all()).some(each => each.to.includes('victim'))).toBe(false)
    })
  })

  describe('a member', () => {
    it('keeps the tokens when promoted, and loses them when demoted', async ({ world, calls: { setRole, alive } }) => {
      const owner = await world.signUp()
      const member = await world.colleague(owner)
      expect((await ok(setRole(owner, member.id, 'admin'))).body).toMatchObject({ id: member.id, role: 'admin' })
      expect(await alive(member)).toBe(true)
      await ok(setRole(owner, member.id, 'member'))
      expect(await alive(member)).toBe(false)
    })

    it('loses tokens, keys, grants and control of agents in the organisation when removed', async ({
      world,
      mail,
      calls: { remove, tokenOf, invite, accept },
    }) => {
      const owner = await world.signUp()
      const member = await world.colleague(owner)
      const vault = await world.vault(owner)
      await world.put(owner, vault, 'a', 'value')
      const policy = { secret_path_pattern: '**', principal_type: 'user', principal_id: member.id, permissions: ['read'] }
      await ok(world.call('POST', `/v1/vaults/${vault}/policies`, { token: owner.token, body: policy }))
      const key = await ok(world.call('POST', '/v1/auth/api-keys', { token: member.token, body: { name: 'k' } }))
      const read = (token: string) => world.call('GET', `/v1/vaults/${vault}/secrets/a`, { token })
      expect((await read(member.token)).status).toBe(200)
      expect((await read(key.body.api_key)).status).toBe(200)

      expect((await remove(owner, member.id)).status).toBe(204)
      expect((await read(member.token)).status).toBe(401)
      expect((await read(key.body.api_key)).status).toBe(401)
      expect((await remove(owner, member.id)).status).toBe(404)

      // The account still exists, in its own organisation; invited again, it has none of the old grants.
      const token = await tokenOf(member)
      expect((await world.call('GET', '/v1/auth/me', { token })).body.org_id).not.toBe(owner.orgId)
      await ok(invite(owner, member.email))
      await ok(accept({ token }, (await mail.newest('invitation', member.email)).token))
      const back = await ok(world.call('POST', '/v1/auth/switch-org', { token, body: { org_id: owner.orgId } }))
      expect((await read(back.body.access_token)).status).toBe(403)
      expect((await read(member.token)).status).toBe(401)
      expect((await read(key.body.api_key)).status).toBe(401)
    })

    it('without another organisation gets a new one', async ({
      world,
      mail,
      calls: { invite, signUpInvited, remove, tokenOf },
    }) => {
      const owner = await world.signUp()
      const email = `${randomUUID()}@example.com`
      await ok(invite(owner, email))
      const { body } = await ok(signUpInvited(email, (await mail.newest('invitation', email)).token))
      const me = (await ok(world.call('GET', '/v1/auth/me', { token: body.access_token }))).body
      await ok(remove(owner, me.id))
      const token = await tokenOf({ ...me, token: '', email, orgId: '' })
      const now = (await ok(world.call('GET', '/v1/auth/me', { token }))).body
      expect(now).toMatchObject({ id: me.id, role: 'owner' })
      expect(now.org_id).not.toBe(owner.orgId)
    })

    it('sees the members and changes nothing', async ({ world, calls: { setRole, remove } }) => {
      const owner = await world.signUp()
      const member = await world.colleague(owner)
      expect((await world.call('GET', '/v1/org/members', { token: member.token })).body.members).toHaveLength(2)
      expect((await setRole(member, member.id, 'owner')).status).toBe(403)
      expect((await remove(member, owner.id)).status).toBe(403)
      expect((await world.call('GET', '/v1/org/settings', { token: member.token })).status).toBe(403)
    })
  })

  describe('owners', () => {
    it('are appointed and removed only by owners', async ({ world, calls: { setRole, remove } }) => {
      const owner = await world.signUp()
      const admin = await world.colleague(owner, 'admin')
      const member = await world.colleague(owner)
      expect((await setRole(admin, member.id, 'owner')).status).toBe(403)
      expect((await setRole(admin, owner.id, 'member')).status).toBe(403)
      expect((await remove(admin, owner.id)).status).toBe(403)
      expect((await setRole(admin, member.id, 'admin')).status).toBe(200)
      expect((await setRole(owner, admin.id, 'owner')).status).toBe(200)
    })

    it('cannot all leave, not even at the same moment', async ({ world, calls: { setRole, remove } }) => {
      const owner = await world.signUp()
      expect((await setRole(owner, owner.id, 'admin')).status).toBe(403)
      expect((await remove(owner, owner.id)).status).toBe(403)
      const other = await world.colleague(owner, 'owner')
      const both = await Promise.all([setRole(owner, owner.id, 'member'), setRole(other, other.id, 'member')])
      expect(both.map(({ status }) => status).toSorted()).toEqual([200, 403])
    })
  })

  it('has a name, which owners and admins change and invited people read, and shows how long its events are kept', async ({
    world,
  }) => {
    const owner = await world.signUp()
    const member = await world.colleague(owner)
    const rename = (token: string, name: string) => world.call('PATCH', '/v1/org/settings', { token, body: { name } })
    expect((await rename(member.token, 'Mine now')).status).toBe(403)
    for (const none of ['', '   ']) expect((await rename(owner.token, none)).body.fields).toHaveProperty('name')
    const renamed = await ok(rename(owner.token, ' Analytical Engines '))
    const others = { 'agents.can_own_vaults': false, 'audit.retention_days': 0 }
    expect(renamed.body).toEqual({ name: 'Analytical Engines', ...others })
    const keep = (days: number) =>
      world.call('PATCH', '/v1/org/settings', { token: owner.token, body: { 'audit.retention_days': days } })
    expect([(await keep(-1)).status, (await keep(400)).body['audit.retention_days']]).toEqual([400, 400])
    expect(await world.server.services.orgSettings(owner.orgId)).toMatchObject({ 'audit.retention_days': 400 })
    expect((await ok(world.call('GET', '/v1/orgs', { token: owner.token }))).body.orgs[0].name).toBe('Analytical Engines')
    const email = `${randomUUID()}@example.com`
    await ok(world.call('POST', '/v1/org/invite', { token: owner.token, body: { email } }))
    const { token } = await mailbox(world.dataDir).newest('invitation', email)
    const shown = await ok(world.call('GET', `/v1/org/invitations/${token}`))
    expect(shown.body).toMatchObject({ org_name: 'Analytical Engines', invited_by: owner.email, email })
  })

  it('allows agents to own vaults only if its settings say so', async ({ world }) => {
    const owner = await world.signUp()
    const agent = await world.agent(owner)
    const create = (name: string) => world.call('POST', '/v1/vaults', { token: agent.token, body: { name } })
    expect((await world.call('GET', '/v1/org/settings', { token: owner.token })).body).toEqual({
      name: owner.email,
      'agents.can_own_vaults': false,
      'audit.retention_days': 0,
    })
    expect((await create('early')).status).toBe(403)
    const change = (value: unknown) =>
      world.call('PATCH', '/v1/org/settings', { token: owner.token, body: { 'agents.can_own_vaults': value } })
    expect((await change('yes')).status).toBe(400)
    expect((await ok(change(true))).body).toMatchObject({ name: owner.email, 'agents.can_own_vaults': true })

    const vault = (await ok(create('mine'))).body.id
    await ok(world.call('PUT', `/v1/vaults/${vault}/secrets/a`, { token: agent.token, body: { value: 'v' } }))
    expect((await world.call('GET', `/v1/vaults/${vault}/secrets/a`, { token: agent.token })).body.value).toBe('v')
    const friend = await world.agent(owner)
    const policy = { secret_path_pattern: 'a', principal_type: 'agent', principal_id: friend.id, permissions: ['read'] }
    const share = (where: string) => world.call('POST', `/v1/vaults/${where}/policies`, { token: agent.token, body: policy })
    expect((await share(vault)).status).toBe(201)
    expect((await world.call('GET', `/v1/vaults/${vault}/secrets/a`, { token: friend.token })).body.value).toBe('v')
    expect((await share(await world.vault(owner))).status).toBe(403)

    const confined = await world.agent(owner, { scopes: ['a/**'] })
    expect((await world.call('POST', '/v1/vaults', { token: confined.token, body: { name: 'no' } })).status).toBe(403)
    await ok(change(false))
    expect((await create('late')).status).toBe(403)
    expect((await share(vault)).status).toBe(403)
  })
})
