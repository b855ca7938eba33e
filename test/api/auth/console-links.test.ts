import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { cookieOf, keptSession, OWN_PAGE, renew } from '../../support/kept-session.ts'
import { ok } from '../../support/world.ts'

const LINK = '/v1/auth/console-link'
const OPEN = '/v1/auth/console-session/open'

describe.each(onEngines(testsOn))('links that open the console on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world }) => {
    /** A person with a login in a terminal, which lasts this many seconds, and a link from it. */
    async function linked(ttl = 86_400) {
      const user = await world.signUp()
      const { access_token: token } = await world.server.services.sessions.forUser({
        userId: user.id,
        orgId: user.orgId,
        generation: 0,
        ttl,
      })
      const { body } = await ok(world.call('POST', LINK, { token }))
      const { url, expires_at: expiresAt } = body as { url: string; expires_at: string }
      return { user, token, link: new URL(url).hash.slice(1), url, expiresAt }
    }
    const open = (link: string) => world.call('POST', OPEN, { headers: OWN_PAGE, body: { token: link } })
    return { linked, open }
  })

  it('open it once with the login’s account, even if several try', async ({ world, calls: { linked, open } }) => {
    const { user, link, url } = await linked()
    expect(new URL(url).pathname).toBe('/open')
    const replies = await Promise.all([open(link), open(link), open(link)])
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 410, 410])
    const opened = replies.find(({ status }) => status === 201)
    expect(opened?.body).toMatchObject({ user_id: user.id, org_id: user.orgId })
    expect((await ok(world.call('GET', '/v1/auth/me', { token: opened?.body.access_token }))).body.id).toBe(user.id)
  })

  it('expire after ten minutes', async ({ world, calls: { linked, open } }) => {
    const { link } = await linked()
    world.advance(10 * 60_000)
    expect((await open(link)).status).toBe(410)
  })

  it('expire with a login that expires before', async ({ world, calls: { linked, open } }) => {
    const before = world.now()
    const { link, expiresAt } = await linked(300)
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(before + 301_000)
    world.advance(301_000)
    const reply = await open(link)
    expect([reply.status, reply.headers['set-cookie']]).toEqual([410, undefined])
  })

  it('are not redeemed after their login, even if they have not expired', async ({ world }) => {
    const user = await world.signUp()
    const [now, token_hash] = [world.now(), randomUUID()]
    const whose = { user_id: user.id, org_id: user.orgId, generation: 0, login_jti: randomUUID() }
    const taken = (at: number) => world.server.database.run(({ consoleSessions }) => consoleSessions.takeLink(token_hash, at))
    await world.server.database.run(({ consoleSessions }) =>
      consoleSessions.addLink({ token_hash, ...whose, login_ends_at: now + 1, expires_at: now + 2 }),
    )
    expect(await taken(now + 1)).toBeUndefined()
    expect(await taken(now)).toMatchObject(whose)
  })

  it('open a session that ends with the login, and none after it', async ({ world, calls: { linked, open } }) => {
    const { token, link } = await linked()
    const opened = await ok(open(link))
    const { body } = await ok(world.call('POST', LINK, { token }))
    expect((await renew(world, cookieOf(opened))).status).toBe(200)
    await ok(world.call('DELETE', '/v1/auth/token', { token }))
    expect((await renew(world, cookieOf(opened))).status).toBe(401)
    expect((await world.call('GET', '/v1/auth/me', { token: opened.body.access_token })).status).toBe(401)
    expect((await open(new URL(body.url).hash.slice(1))).status).toBe(410)
  })

  it('open a session that ends when the login expires', async ({ world, calls: { linked, open } }) => {
    const { link } = await linked()
    const opened = await ok(open(link))
    world.advance(11 * 3_600_000)
    expect((await renew(world, cookieOf(opened))).status).toBe(200)
    world.advance(11 * 3_600_000)
    expect((await renew(world, cookieOf(opened))).status).toBe(200)
    world.advance(2 * 3_600_000)
    expect((await renew(world, cookieOf(opened))).status).toBe(401)
  })

  it('are made for logins only, not for API keys or console sessions', async ({ world }) => {
    const user = await world.signUp()
    const key = (await ok(world.call('POST', '/v1/auth/api-keys', { token: user.token, body: { name: 'k' } }))).body.api_key
    const { token: ofSession } = await keptSession(world)
    for (const token of [key, ofSession]) expect((await world.call('POST', LINK, { token })).status).toBe(403)
  })

  it('do not open for another site, and reveal nothing about unknown links', async ({ world, calls: { linked, open } }) => {
    const { link } = await linked()
    const headers = { ...OWN_PAGE, 'sec-fetch-site': 'cross-site' }
    expect((await world.call('POST', OPEN, { headers, body: { token: link } })).status).toBe(403)
    const [used, never] = [await ok(open(link)).then(() => open(link)), await open('never')]
    expect(never.body.detail).toBe(used.body.detail)
  })
})
