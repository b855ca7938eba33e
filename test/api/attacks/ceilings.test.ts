import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { readConfig } from '../../../server/config/config.ts'
import { GOES_ON } from '../../../server/http/bounds/disk-reserve.ts'
import { CEILINGS, type Ceiling, type Ceilings } from '../../../server/policy/ceilings.ts'
import { endpoints } from '../../../src/contract/all.ts'
import { emptyTestsOn, onEngines, testsOn } from '../../support/fixtures.ts'
import { makeWorld, ok, PASSWORD, type Reply, type TestUser } from '../../support/world.ts'

const ALL = readConfig({}, {}).ceilings
const IN_FUTURE = new Date(Date.now() + 3_600_000).toISOString()

async function inTurn(count: number, make: () => Promise<Reply>): Promise<Reply[]> {
  const replies: Reply[] = []
  while (replies.length < count) replies.push(await make())
  return replies
}

const statuses = (replies: readonly Reply[]) => {
  const groups = Map.groupBy(replies, ({ status }) => status)
  return Object.fromEntries([...groups].map(([status, those]) => [status, those.length]))
}

const most: Partial<Ceilings> = {
  ...{ vaults: 3, agents: 2, apiKeys: 2, policies: 3, vaultPolicies: 2, principalPolicies: 2, secrets: 9, versions: 3 },
  ...{ bytes: 4_000, providerKeys: 7, shares: 2, invitations: 2, ipRules: 2, signups: 2, enrollments: 2, deviceLogins: 2 },
}
const times = (count: number, make: (index: number) => Promise<Reply>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)))
/** All beyond the limit are refused, with the number and the setting. */
async function expectExactly(ceiling: Ceiling, made: number, status: number, replies: readonly Reply[]): Promise<void> {
  expect(statuses(replies), ceiling).toEqual({ [status]: made, 403: replies.length - made })
  for (const { body } of replies.filter(reply => reply.status === 403)) {
    expect(body).toMatchObject({ type: 'resource_ceiling_reached', title: 'Resource Ceiling Reached', status: 403 })
    expect(body.detail).toContain(`may have ${most[ceiling]} ${CEILINGS[ceiling].what}`)
    expect(body.detail).toContain(`ONECLAW_${CEILINGS[ceiling].setting}`)
  }
}

const engines = onEngines(engine =>
  testsOn(engine, { ceilings: { ...ALL, ...most } })
    .extend('user', ({ world }) => world.signUp())
    .extend('calls', ({ world, user }) => {
      const post = (url: string, body: object, method = 'POST') => world.call(method, url, { token: user.token, body })
      return { post }
    }),
)

describe.each(engines)('ceilings on $engine', ({ it }) => {
  it('allow exactly the permitted number when many requests create things at once', async ({ calls: { post } }) => {
    const vaults = await times(8, index => post('/v1/vaults', { name: `v${index}` }))
    await expectExactly('vaults', 3, 201, vaults)
    const [vault, second] = vaults.filter(({ status }) => status === 201).map(({ body }) => body.id)
    const agents = await times(6, index => post('/v1/agents', { name: `a${index}` }))
    await expectExactly('agents', 2, 201, agents)
    const [agent] = agents.filter(({ status }) => status === 201).map(({ body }) => body.agent.id)
    await expectExactly('apiKeys', 2, 201, await times(6, index => post('/v1/auth/api-keys', { name: `k${index}` })))
    const policy = (id: string, index: number) =>
      post(`/v1/vaults/${id}/policies`, {
        ...{ secret_path_pattern: `p${index}/**`, principal_type: 'agent', principal_id: agent, permissions: ['read'] },
      })
    await expectExactly('vaultPolicies', 2, 201, await times(6, index => policy(vault, index)))
    await expectExactly('policies', 1, 201, await times(6, index => policy(second, index)))
    const rule = (index: number) =>
      post('/v1/security/ip-rules', { rule_type: 'deny', cidr: `192.0.2.${index + 1}`, applies_to: 'all' })
    await expectExactly('ipRules', 2, 201, await times(6, rule))
    const invite = (index: number) => post('/v1/org/invite', { email: `i${index}-${randomUUID()}@example.com`, role: 'member' })
    await expectExactly('invitations', 2, 200, await times(6, invite))
  })

  it('hold for stored secrets, versions and bytes, however they were created and deleted', async ({
    world,
    user,
    calls: { post },
  }) => {
    const vault = await world.vault(user)
    const put = (path: string, value = 'x') => post(`/v1/vaults/${vault}/secrets/${path}`, { value }, 'PUT')
    const replies = await times(15, index => put(`s/${index}`))
    await expectExactly('secrets', 9, 201, replies)
    const [first, ...others] = replies.filter(({ status }) => status === 201).map(({ body }) => body)
    await expectExactly('versions', 2, 201, await inTurn(4, () => put(first.path)))
    const large = await Promise.all(others.slice(0, 6).map(({ path }) => put(path, 'y'.repeat(800))))
    expect(statuses(large)[201]).toBe(4)
    const stored = () => world.server.database.read(({ resourceCounts }) => resourceCounts.stored(user.orgId))
    expect((await stored()).bytes).toBeLessThanOrEqual(4_000)
    expect((await stored()).secrets).toBe(9)
    const share = { recipient_type: 'anyone_with_link', expires_at: IN_FUTURE }
    await expectExactly('shares', 2, 201, await times(6, () => post(`/v1/secrets/${first.id}/share`, share)))
    await ok(world.call('DELETE', `/v1/vaults/${vault}/secrets/${first.path}`, { token: user.token }))
    expect((await stored()).secrets).toBe(9)
    await ok(world.call('DELETE', `/v1/vaults/${vault}?purge=true`, { token: user.token }))
    expect(await stored()).toEqual({ secrets: 0, bytes: 0 })
  })

  it('hold for the keys in the key provider', async ({ world, user, calls: { post } }) => {
    const vault = await world.vault(user)
    const make = (index: number) => post(`/v1/vaults/${vault}/signing-keys/k/${index}`, {})
    const replies = await times(9, make)
    await expectExactly('providerKeys', 6, 201, replies)
  })

  it('hold for sign-ups that wait for their address to be confirmed', async ({ engine }) => {
    const confirming = await makeWorld(engine, { ceilings: { ...ALL, ...most }, emailVerification: true })
    try {
      const body = () => ({ email: `${randomUUID()}@example.com`, password: PASSWORD })
      const replies = await times(6, () => confirming.call('POST', '/v1/auth/signup', { body: body() }))
      await expectExactly('signups', 2, 200, replies)
    } finally {
      await confirming.close()
    }
  })

  it('hold for what strangers leave behind', async ({ world }) => {
    const open = (index: number) => world.call('POST', '/v1/auth/device/code', { body: { client_id: `c${index}` } })
    await expectExactly('deviceLogins', 2, 200, await times(6, open))
    const enroll = (index: number) =>
      world.call('POST', '/v1/agents/enroll', { body: { name: 'agent', human_email: `e${index}-${randomUUID()}@example.com` } })
    await expectExactly('enrollments', 2, 201, await times(6, enroll))
  })
})

const full = onEngines(engine =>
  emptyTestsOn(engine, { diskReserve: 2 ** 60 }).extend('calls', ({ world }) => {
    /** Created past the API, which creates no accounts at the moment. */
    async function tenant(): Promise<TestUser> {
      const [id, orgId, email] = [randomUUID(), randomUUID(), `${randomUUID()}@example.com`]
      await world.server.database.run(async ({ accounts }) => {
        await accounts.addOrg({ id: orgId, name: 'tenant', is_platform: false, created_at: Date.now() })
        await accounts.addUser({
          ...{
            id,
            email,
            org_id: orgId,
            display_name: null,
            password_hash: null,
            auth_method: 'password',
            email_verified: true,
          },
          ...{ marketing_emails: false, totp_enabled: false, token_generation: 0, key_generation: 0, created_at: Date.now() },
        })
        await accounts.addMember({ org_id: orgId, user_id: id, role: 'owner', created_at: Date.now() })
      })
      const { access_token } = await world.server.services.sessions.forUser({
        ...{ userId: id, orgId, generation: 0, signedInAt: Date.now() },
      })
      return { id, orgId, email, token: access_token }
    }
    async function platformAdmin(): Promise<TestUser> {
      const user = await tenant()
      await world.server.database.run(({ orgs }) => orgs.makePlatform(user.orgId))
      return user
    }
    return { tenant, platformAdmin }
  }),
)

describe.each(full)('a server whose disk is nearly full, on $engine', ({ it }) => {
  it('keeps the rest for the audit log and the admins, and reports how much is left', async ({
    world,
    calls: { tenant, platformAdmin },
  }) => {
    const admin = await platformAdmin()
    const user = await tenant()
    const make = (token: string) => world.call('POST', '/v1/vaults', { token, body: { name: `v ${randomUUID()}` } })
    const refused = await make(user.token)
    expect(refused).toMatchObject({ status: 507, body: { type: 'about:blank', status: 507 } })
    expect(refused.body.detail).toMatch(/has \d+ MiB free; the last 1099511627776 MiB are kept/)
    expect((await world.call('POST', '/v1/auth/signup', { body: { email: 'a@example.com', password: 'x' } })).status).toBe(507)
    expect((await make(admin.token)).status).toBe(201)
    expect((await world.call('GET', '/v1/vaults', { token: user.token })).status).toBe(200)
    const { body } = await ok(world.call('GET', '/v1/audit/events?action=vault.create', { token: user.token }))
    expect(body.events.map((event: { details: object }) => event.details)).toEqual([
      expect.objectContaining({ outcome: 'failed', status: 507 }),
    ])
  })

  it('still serves the operations on its list, all of which exist', () => {
    const ids: readonly string[] = endpoints.map(({ id }) => id)
    expect(GOES_ON.filter(id => !ids.includes(id))).toEqual([])
  })
})
