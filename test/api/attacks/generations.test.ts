import { Secret, TOTP } from 'otpauth'
import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { keptSession, OWN_PAGE, renew } from '../../support/kept-session.ts'
import { mailbox } from '../../support/mailbox.ts'
import { rowsOf } from '../../support/rows.ts'
import { ok, PASSWORD, type Reply, type TestUser, type World } from '../../support/world.ts'

const NEW_PASSWORD = 'purple monkey dishwasher 99'

/** Uses the grant; returns the status. */
type Use = () => Promise<number>

/** Tables with rows that expire, but that do not grant anything themselves. */
const NO_GRANT = {
  agents: 'The keys of an agent outlive the person who made it; removing a member shows which they have seen.',
  credit_lots: 'Money.',
  enrollments: 'An agent asks; the approval makes the agent at once.',
  orgs: 'The end of a tier that an admin gave.',
  outbox: 'A mail that waits to be sent; what its link gives has a row of its own.',
  pending_signups: 'Proves an address; there is no account yet.',
  policies: 'Stands by itself, or dies with the policy it was made under: see delegated-admin.test.ts.',
  revoked_tokens: 'Takes away.',
  secret_versions: 'A value.',
  shares: 'Dies with the secret: see delayed-grants.test.ts.',
} as Readonly<Record<string, string>>

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('mail', { scope: 'file' }, ({ world }) => mailbox(world.dataDir))
    .extend('tools', ({ world, mail }) => {
      const post = (url: string, body: object, token?: string, headers: Record<string, string> = {}) =>
        world.call('POST', url, { body, token, headers })
      const withFactor = async (user: TestUser) => {
        const { body } = await ok(post('/v1/auth/mfa/setup', {}, user.token))
        const code = () => TOTP.generate({ secret: Secret.fromBase32(body.secret), timestamp: Date.now() + 30_000 })
        const first = TOTP.generate({ secret: Secret.fromBase32(body.secret) })
        await ok(post('/v1/auth/mfa/verify-setup', { code: first }, user.token))
        return code
      }
      return { world, mail, post, withFactor }
    }),
)

/** The credentials that create a grant. */
interface Tools {
  readonly world: World
  readonly mail: ReturnType<typeof mailbox>
  post(url: string, body: object, token?: string, headers?: Record<string, string>): Promise<Reply>
  /** Gives a person a second factor; returns the source of its codes. */
  withFactor(user: TestUser): Promise<() => string>
}

const statusOf = async (reply: Promise<Reply>) => (await reply).status

/** The token for the change of password, if it is not the giver's first. */
const changesBy = new Map<string, string>()

/** By table: creates a grant in the name of a person, to be used later. */
const GRANTS: Readonly<Record<string, (giver: TestUser, tools: Tools) => Promise<Use>>> = {
  async access_requests(giver, { world, post }) {
    const owner = await world.signUp()
    const vault = await world.vault(owner)
    const member = await world.colleague(owner)
    const body = { secret_path_pattern: 'a', reason: 'to see', duration_seconds: 3600 }
    const { id } = (await ok(post(`/v1/vaults/${vault}/access-requests`, body, member.token))).body
    changesBy.set(giver.id, member.token)
    return () => statusOf(post(`/v1/access-requests/${id}/approve`, {}, owner.token))
  },
  async api_keys(giver, { post }) {
    const { api_key } = (await ok(post('/v1/auth/api-keys', { name: 'key' }, giver.token))).body
    return () => statusOf(post('/v1/auth/api-key-token', { api_key }))
  },
  async console_links(giver, { post }) {
    const { url } = (await ok(post('/v1/auth/console-link', {}, giver.token))).body
    return () => statusOf(post('/v1/auth/console-session/open', { token: new URL(url).hash.slice(1) }, undefined, OWN_PAGE))
  },
  async console_sessions(giver, { world }) {
    const { cookie, token } = await keptSession(world, giver)
    changesBy.set(giver.id, token)
    return () => statusOf(renew(world, cookie))
  },
  async device_codes(giver, { post }) {
    const { user_code, device_code } = (await ok(post('/v1/auth/device/code', { client_id: 'cli' }))).body
    await ok(post('/v1/auth/device/approve', { user_code }, giver.token))
    return async () => {
      const { body } = await post('/v1/auth/device/token', { device_code, grant_type: 'device_code' })
      return body.access_token ? 200 : 400
    }
  },
  async invitations(giver, { world, mail, post }) {
    const guest = await world.signUp()
    await ok(post('/v1/org/invite', { email: guest.email, role: 'owner' }, giver.token))
    const { token } = await mail.newest('invitation', guest.email)
    return () => statusOf(post(`/v1/org/invitations/${token}/accept`, {}, guest.token))
  },
  async mfa_challenges(giver, { post, withFactor }) {
    const code = await withFactor(giver)
    const { mfa_token } = (await ok(post('/v1/auth/token', { email: giver.email, password: PASSWORD }))).body
    return () => statusOf(post('/v1/auth/mfa/verify', { mfa_token, code: code() }))
  },
  async mfa_resets(giver, { world, mail, post, withFactor }) {
    const person = await world.colleague(giver)
    await withFactor(person)
    await ok(post(`/v1/org/members/${person.id}/reset-mfa`, {}, giver.token))
    const { token } = await mail.newest('mfa-reset', person.email)
    return () => statusOf(post('/v1/auth/mfa/reset', { token }))
  },
  async password_resets(giver, { mail, post }) {
    await ok(post('/v1/auth/forgot-password', { email: giver.email }))
    const { token } = await mail.newest('password-reset', giver.email)
    return () => statusOf(post('/v1/auth/reset-password', { token, new_password: 'another monkey dishwasher 77' }))
  },
}

describe.each(engines)('what a person granted before they changed their password, on $engine', ({ it }) => {
  it.for(Object.keys(GRANTS))('is void after the change, and works without it: %s', async (table, { tools }) => {
    const give = GRANTS[table] as (giver: TestUser, tools: Tools) => Promise<Use>
    const [steady, changed] = [await tools.world.signUp(), await tools.world.signUp()]
    const [works, fails] = [await give(steady, tools), await give(changed, tools)]
    const body = { current_password: PASSWORD, new_password: NEW_PASSWORD }
    await ok(tools.post('/v1/auth/change-password', body, changesBy.get(changed.id) ?? changed.token))
    expect(await works()).toBeLessThan(300)
    expect(await fails()).toBeGreaterThanOrEqual(400)
  })

  it('comes from one of the known tables, which include every table whose rows expire', async ({ engine, world }) => {
    const columns = (await rowsOf(world, COLUMNS[engine])) as { table: string; column: string }[]
    const ends = columns.filter(({ column }) => /(^|_)(expires_at|ends_at)$/.test(column)).map(({ table }) => table)
    expect([...new Set(ends)].sort()).toEqual([...Object.keys(GRANTS), ...Object.keys(NO_GRANT)].sort())
  })
})

const COLUMNS = {
  sqlite: `SELECT m.name AS "table", c.name AS "column" FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`,
  postgres: `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns WHERE table_schema = 'public'`,
}
