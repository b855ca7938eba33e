import { describe, expect, test } from 'vitest'
import { started } from '../../support/fixtures.ts'
import { keptSession, OWN_PAGE, renew } from '../../support/kept-session.ts'
import { mailbox } from '../../support/mailbox.ts'
import { withinASecond } from '../../support/within-a-second.ts'
import { makeWorld, ok, PASSWORD, type TestUser, type World } from '../../support/world.ts'

// Only PostgreSQL can be shared: a second server on a SQLite file is refused.
const it = test
  .extend(
    'here',
    { scope: 'file' },
    started(
      () => makeWorld('postgres'),
      here => here.close(),
    ),
  )
  .extend('there', { scope: 'file', auto: true }, async ({ here: { config, dataDir } }, { onCleanup }) => {
    const there = await makeWorld('postgres', { databaseUrl: config.databaseUrl, dataDir })
    onCleanup(() => there.close())
    return there
  })
  .extend('calls', ({ here, there }) => {
    const status = async (world: World, { token }: { token: string }) =>
      (await world.call('GET', '/v1/vaults', { token, ip: '203.0.113.9' })).status

    /** An admin of the owner's organisation, signed in to the console. */
    async function colleagueOnAPage(owner: TestUser) {
      const user = await here.signUp()
      await here.server.database.run(async ({ accounts }) => {
        await accounts.addMember({ org_id: owner.orgId, user_id: user.id, role: 'admin', created_at: Date.now() })
      })
      const { token, cookie } = await keptSession(here, user)
      const { body } = await ok(here.call('POST', '/v1/auth/switch-org', { token, body: { org_id: owner.orgId } }))
      return { member: { ...user, orgId: owner.orgId, token: body.access_token as string }, cookie }
    }

    const soonThere = (wanted: number, who: { token: string }) => withinASecond(() => status(there, who), wanted)
    return { status, colleagueOnAPage, soonThere }
  })

describe('on two servers of one database', () => {
  it.for<[string, (here: World, owner: TestUser, member: TestUser) => Promise<unknown>]>([
    ['removing', (here, owner, member) => here.call('DELETE', `/v1/org/members/${member.id}`, { token: owner.token })],
    [
      'demoting',
      (here, owner, member) =>
        here.call('PATCH', `/v1/org/members/${member.id}`, { token: owner.token, body: { role: 'member' } }),
    ],
    [
      'a change of password',
      (here, _, { token }) => {
        const body = { current_password: PASSWORD, new_password: 'purple monkey dishwasher 99' }
        return here.call('POST', '/v1/auth/change-password', { token, body })
      },
    ],
    [
      'a reset of the password',
      async (here, _, { email }) => {
        await ok(here.call('POST', '/v1/auth/forgot-password', { body: { email } }))
        const { token } = await mailbox(here.dataDir).newest('password-reset', email)
        return ok(here.call('POST', '/v1/auth/reset-password', { body: { token, new_password: 'purple monkey dishwasher 99' } }))
      },
    ],
    [
      'deleting the account',
      (here, _, { token }) => here.call('DELETE', '/v1/auth/me', { token, body: { confirmation: 'DELETE MY ACCOUNT' } }),
    ],
  ])(
    '%s ends the old tokens everywhere within a second',
    async ([_, act], { here, there, calls: { status, colleagueOnAPage, soonThere } }) => {
      const owner = await here.signUp()
      const { member, cookie } = await colleagueOnAPage(owner)
      expect([await status(here, member), await status(there, member)]).toEqual([200, 200])
      await act(here, owner, member)
      expect(await status(here, member)).toBe(401)
      await soonThere(401, member)
      expect([(await renew(here, cookie)).status, (await renew(there, cookie)).status]).toEqual([401, 401])
    },
  )

  it.for<[string, (here: World, token: string, cookie: string) => Promise<unknown>]>([
    ['its end', (here, _, cookie) => here.call('DELETE', '/v1/auth/console-session', { headers: { ...OWN_PAGE, cookie } })],
    ['the revocation of a token of it', (here, token) => here.call('DELETE', '/v1/auth/token', { token })],
  ])(
    'a console session is over everywhere within a second of %s',
    async ([_, act], { here, there, calls: { status, soonThere } }) => {
      const { token, cookie } = await keptSession(here)
      const other = { token: (await ok(renew(there, cookie))).body.access_token as string }
      expect([await status(here, other), await status(there, other)]).toEqual([200, 200])
      await act(here, token, cookie)
      expect([await status(here, other), (await renew(there, cookie)).status]).toEqual([401, 401])
      await soonThere(401, other)
    },
  )

  it('an IP rule applies everywhere within a second', async ({ here, there, calls: { status, soonThere } }) => {
    const owner = await here.signUp()
    expect(await status(there, owner)).toBe(200)
    const rule = { rule_type: 'deny', cidr: '203.0.113.9' }
    await ok(here.call('POST', '/v1/security/ip-rules', { token: owner.token, body: rule }))
    expect(await status(here, owner)).toBe(403)
    await soonThere(403, owner)
  })

  it('failed attempts count together', async ({ here, there }) => {
    const user = await here.signUp()
    const attempt = (world: World, n: number) =>
      world.call('POST', '/v1/auth/token', { body: { email: user.email, password: 'wrong password' }, ip: `10.0.0.${n}` })
    const tries = await Promise.all(Array.from({ length: 20 }, (_, n) => attempt(n % 2 ? here : there, n + 1)))
    expect(tries.filter(({ status: code }) => code === 401)).toHaveLength(5)
    expect(tries.filter(({ status: code }) => code === 429)).toHaveLength(15)
  })
})
