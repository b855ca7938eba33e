import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { onEngines, openingOn, testsOn } from '../../support/fixtures.ts'
import { mailbox } from '../../support/mailbox.ts'
import { ok, PASSWORD } from '../../support/world.ts'

const NEW_PASSWORD = 'purple monkey dishwasher 99'
const address = () => `${randomUUID()}@example.com`

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', { scope: 'file', auto: true }, async ({ world }) => {
      const mail = mailbox(world.dataDir)
      return { mail }
    })
    .extend('calls', ({ world }) => {
      const signIn = (email: string, password = PASSWORD, ip?: string) =>
        world.call('POST', '/v1/auth/token', { body: { email, password }, ...(ip !== undefined && { ip }) })
      const forgot = (email: string) => world.call('POST', '/v1/auth/forgot-password', { body: { email } })
      const reset = (token: string, password = NEW_PASSWORD) =>
        world.call('POST', '/v1/auth/reset-password', { body: { token, new_password: password } })
      const remove = (token: string, body?: object) => world.call('DELETE', '/v1/auth/me', { token, body })
      return { signIn, forgot, reset, remove }
    }),
)

describe.each(engines)('accounts on $engine', ({ it }) => {
  it('welcomes a new account by mail, once the sign-up has been answered', async ({ world, scene: { mail } }) => {
    const user = await world.signUp()
    const { text, html, subject } = await mail.newest('welcome', user.email)
    expect(subject).toBe('Welcome to 1claw')
    expect(text).toContain('http://1claw.test/')
    expect(html).toContain('<a href="http://1claw.test/">')
  })

  it('changes what a person says about themselves, and leaves the rest', async ({ world }) => {
    const { token } = await world.signUp()
    const patch = (body: object) => world.call('PATCH', '/v1/auth/me', { token, body })
    expect((await patch({ display_name: ' Ada ', unknown: 1 })).body).toMatchObject({
      display_name: 'Ada',
      marketing_emails: false,
    })
    expect((await patch({ marketing_emails: true })).body).toMatchObject({ display_name: 'Ada', marketing_emails: true })
    expect((await patch({ display_name: '' })).body).not.toHaveProperty('display_name')
    expect((await patch({ marketing_emails: 'yes' })).status).toBe(400)
  })

  describe('a forgotten password', () => {
    it('is replaced through a mailed link, which revokes the tokens and signs in', async ({
      world,
      scene: { mail },
      calls: { signIn, forgot, reset },
    }) => {
      const user = await world.signUp()
      expect((await forgot(` ${user.email.toUpperCase()} `)).status).toBe(200)
      const { token } = await mail.newest('password-reset', user.email)
      expect((await reset(token)).status).toBe(200)
      expect((await world.call('GET', '/v1/auth/me', { token: user.token })).status).toBe(401)
      expect((await signIn(user.email)).status).toBe(401)
      const { body } = await ok(signIn(user.email, NEW_PASSWORD))
      const me = await ok(world.call('GET', '/v1/auth/me', { token: body.access_token }))
      expect(me.body.email_verified).toBe(true)
      await mail.newest('password-changed', user.email)
    })

    it('gets the same answer as an unknown address, and only differs in the mail', async ({
      world,
      scene: { mail },
      calls: { forgot },
    }) => {
      const user = await world.signUp()
      const [known, unknown] = [await forgot(user.email), await forgot(address())]
      expect(unknown.body).toEqual(known.body)
      expect(unknown.status).toBe(known.status)
      await mail.newest('password-reset', user.email)
      expect((await mail.all()).filter(({ to }) => to === '')).toEqual([])
    })

    it('has links that work once, for an hour, and end together', async ({
      world,
      scene: { mail },
      calls: { forgot, reset },
    }) => {
      const user = await world.signUp()
      await forgot(user.email)
      const first = await mail.newest('password-reset', user.email)
      await forgot(user.email)
      const second = await mail.newest('password-reset', user.email, 2)
      expect(first.token).not.toBe(second.token)
      expect((await reset(second.token, 'weak')).body.fields).toHaveProperty('new_password')
      const both = await Promise.all([reset(second.token), reset(second.token)])
      expect(both.map(({ status }) => status).toSorted()).toEqual([200, 400])
      expect((await reset(first.token)).status).toBe(400)
      expect((await reset(randomUUID())).status).toBe(400)
      await forgot(user.email)
      const late = await mail.newest('password-reset', user.email, 3)
      world.advance(3_600_001)
      expect((await reset(late.token)).body.fields).toHaveProperty('token')
    })

    it('does not flood a mailbox', async ({ world, scene: { mail }, calls: { forgot } }) => {
      const user = await world.signUp()
      for (let i = 0; i < 8; i++) expect((await forgot(user.email)).status).toBe(200)
      await mail.newest('password-reset', user.email, 5)
      // A later mail to another person has arrived, so there is no sixth mail.
      const other = await world.signUp()
      await forgot(other.email)
      await mail.newest('password-reset', other.email)
      expect((await mail.all()).filter(({ kind, to }) => kind === 'password-reset' && to === user.email)).toHaveLength(5)
    })

    it('ends the API keys of an account whose address was never confirmed', async ({
      world,
      scene: { mail },
      calls: { forgot, reset },
    }) => {
      const user = await world.signUp()
      const key = await ok(world.call('POST', '/v1/auth/api-keys', { token: user.token, body: { name: 'squatter' } }))
      await forgot(user.email)
      await ok(reset((await mail.newest('password-reset', user.email)).token))
      expect((await world.call('GET', '/v1/auth/me', { token: key.body.api_key })).status).toBe(401)
    })
  })

  describe('deleting an account', () => {
    it.for<[object | undefined]>([[undefined], [{}], [{ confirmation: 'yes' }], [{ confirm: 'delete my account' }]])(
      'asks for the exact words: %j',
      async ([body], { world, calls: { remove } }) => {
        const { token } = await world.signUp()
        expect((await remove(token, body)).status).toBe(400)
        expect((await world.call('GET', '/v1/auth/me', { token })).status).toBe(200)
      },
    )

    it.for(['confirmation', 'confirm'])(
      'deletes everything that only it could reach (%s)',
      async (field, { world, scene: { mail }, calls: { signIn, remove } }) => {
        const user = await world.signUp()
        const vault = await world.vault(user)
        await world.put(user, vault, 'db/password', 'gone soon')
        const agent = await world.agent(user)
        await world.policy(user, vault, agent, '**', ['read'])
        expect((await world.call('GET', `/v1/vaults/${vault}/secrets/db/password`, { token: agent.token })).status).toBe(200)
        const key = await ok(world.call('POST', '/v1/auth/api-keys', { token: user.token, body: { name: 'k' } }))

        expect((await remove(key.body.api_key, { [field]: 'DELETE MY ACCOUNT' })).status).toBe(403)
        expect((await remove(user.token, { [field]: 'DELETE MY ACCOUNT' })).status).toBe(204)

        for (const token of [user.token, key.body.api_key, agent.token, agent.key]) {
          expect((await world.call('GET', `/v1/vaults/${vault}/secrets/db/password`, { token })).status).toBe(401)
        }
        expect((await signIn(user.email)).status).toBe(401)
        const left = await world.server.database.read(({ vaults }) => vaults.ofAnyOrg(vault))
        expect(left).toBeUndefined()
        await mail.newest('account-deleted', user.email)
        // The address is free again.
        await world.signUp(user.email)
      },
    )

    it('keeps what is shared with others, and leaves no organisation without an owner', async ({ world, calls: { remove } }) => {
      const owner = await world.signUp()
      const member = await world.colleague(owner)
      const refused = await remove(owner.token, { confirmation: 'DELETE MY ACCOUNT' })
      expect(refused.status).toBe(400)
      expect(refused.body.detail).toContain('last owner')
      const shared = await world.vault(owner)
      const agent = await world.agent(member)
      expect((await remove(member.token, { confirmation: 'DELETE MY ACCOUNT' })).status).toBe(204)
      expect((await world.call('GET', `/v1/vaults/${shared}`, { token: owner.token })).status).toBe(200)
      const row = await world.server.database.read(stores => stores.agents.ofAnyOrg(agent.id))
      expect(row).toMatchObject({ created_by: null, is_active: true })
      expect((await remove(owner.token, { confirmation: 'DELETE MY ACCOUNT' })).status).toBe(204)
      expect((await world.call('GET', '/v1/agents/me', { token: agent.token })).status).toBe(401)
    })
  })

  it('exports what it keeps about a person, without a value', async ({ world }) => {
    const user = await world.signUp()
    const vault = await world.vault(user, 'mine')
    await world.put(user, vault, 'a/b', 'canary-value')
    await world.put(user, vault, 'a/b', 'canary-value', { type: 'password' })
    const agent = await world.agent(user)
    const policy = await world.policy(user, vault, agent, 'a/*', ['read'])
    const stranger = await world.signUp()
    await world.vault(stranger)
    const { body } = await ok(world.call('POST', '/v1/auth/export-data', { token: user.token }))
    expect(body).toMatchObject({
      export_version: '1',
      user: { id: user.id, email: user.email, display_name: '', auth_method: 'password' },
      vaults: [{ id: vault, name: 'mine' }],
      agents: [{ id: agent.id, name: 'agent' }],
      secrets_metadata: [{ vault_id: vault, path: 'a/b', type: 'password', version: 2 }],
      policies: [{ id: policy, vault_id: vault, principal_type: 'agent', principal_id: agent.id, permissions: ['read'] }],
    })
    expect(JSON.stringify(body)).not.toContain('canary-value')
    expect((await world.call('POST', '/v1/auth/export-data', { token: agent.token })).status).toBe(403)
  })

  it('exports page by page, each thing once, in pages of any size', async ({ world }) => {
    const user = await world.signUp()
    const vaults = [await world.vault(user), await world.vault(user)]
    for (const vault of vaults) for (const path of ['a', 'b/c', 'b-c']) await world.put(user, vault, path, 'v')
    const agent = await world.agent(user)
    for (const vault of vaults) for (const pattern of ['a', 'b/*']) await world.policy(user, vault, agent, pattern, ['read'])
    const page = async (query: string) =>
      (await ok(world.call('POST', `/v1/auth/export-data${query}`, { token: user.token }))).body
    const { next_cursor: none, exported_at: _, ...whole } = await page('')
    expect(none).toBeUndefined()
    expect([whole.vaults.length, whole.agents.length, whole.secrets_metadata.length, whole.policies.length]).toEqual([2, 1, 6, 4])
    for (const limit of [1, 2, 3, 5, 12, 13]) {
      const lists = { vaults: [], agents: [], secrets_metadata: [], policies: [] } as Record<string, object[]>
      for (let cursor: string | undefined = ''; cursor !== undefined; ) {
        const body: Record<string, object[]> & { next_cursor?: string } = await page(
          `?limit=${limit}${cursor && `&cursor=${cursor}`}`,
        )
        const counts = Object.entries(lists).map(([name, items]) => items.push(...(body[name] ?? [])) && body[name]?.length)
        expect(counts.reduce<number>((sum, count) => sum + (count ?? 0), 0)).toBeLessThanOrEqual(limit)
        cursor = body.next_cursor
      }
      expect({ limit, ...lists }).toEqual({ limit, ...whole, export_version: undefined, user: undefined })
    }
    for (const cursor of ['x', 'ay5ub3RoaW5n']) {
      const reply = await world.call('POST', `/v1/auth/export-data?cursor=${cursor}`, { token: user.token })
      expect([reply.status, reply.body.fields]).toEqual([400, { cursor: 'is not a next_cursor' }])
    }
  })
})

describe.each(onEngines(openingOn))('sign-up on $engine', ({ it }) => {
  it('can ask for the address to be confirmed first, and says the same of an address that has an account', async ({ open }) => {
    const world = await open({ emailVerification: true })
    const mail = mailbox(world.dataDir)
    const signUp = (email: string) => world.call('POST', '/v1/auth/signup', { body: { email, password: PASSWORD } })
    const verify = (token: string) => world.call('POST', '/v1/auth/verify-email', { body: { token } })
    const email = address()
    const begun = await ok(signUp(email))
    expect(begun.body).toEqual({ message: expect.any(String), email })
    expect((await world.call('POST', '/v1/auth/token', { body: { email, password: PASSWORD } })).status).toBe(401)

    const { token } = await mail.newest('verification', email)
    const tries = await Promise.all([verify(token), verify(token), verify(token)])
    expect(tries.map(({ status }) => status).toSorted()).toEqual([200, 400, 400])
    const access = tries.find(({ status }) => status === 200)?.body.access_token
    const me = await ok(world.call('GET', '/v1/auth/me', { token: access }))
    expect(me.body).toMatchObject({ email, email_verified: true, role: 'owner' })

    const again = await ok(signUp(` ${email.toUpperCase()}`))
    expect(again.body).toEqual(begun.body)
    await mail.newest('already-registered', email)

    const late = address()
    await ok(signUp(late))
    const link = await mail.newest('verification', late)
    world.advance(24 * 3_600_000 + 1)
    expect((await verify(link.token)).status).toBe(400)
  })

  it.for(['invite', 'closed'] as const)('can be %s: only the first account needs no invitation', async (mode, { open }) => {
    const world = await open({ signup: mode })
    await world.signUp()
    const refused = await world.call('POST', '/v1/auth/signup', { body: { email: address(), password: PASSWORD } })
    expect(refused.status).toBe(403)
  })

  it('makes exactly one platform, however many sign up first at once', async ({ open }) => {
    const world = await open({})
    const users = await Promise.all(Array.from({ length: 6 }, () => world.signUp()))
    const lists = await Promise.all(users.map(({ token }) => world.call('GET', '/v1/orgs', { token })))
    expect(lists.filter(({ body }) => body.orgs[0].is_platform)).toHaveLength(1)
  })

  it('shows how people can join', async ({ open }) => {
    const world = await open({ signup: 'invite' })
    const options = async () => (await world.call('GET', '/v1/auth/options')).body
    // The first account of a server is always allowed, whatever the setting.
    expect(await options()).toEqual({ signup: 'open', email_verification: false })
    await world.signUp()
    expect(await options()).toEqual({ signup: 'invite', email_verification: false })
    const google = await world.call('POST', '/v1/auth/google', { body: { id_token: 'x.y.z' } })
    expect(google.status).toBe(503)
  })
})
