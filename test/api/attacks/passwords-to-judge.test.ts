import { describe, expect } from 'vitest'
import { readConfig } from '../../../server/config/config.ts'
import { onEngines, openingOn } from '../../support/fixtures.ts'
import { ok, PASSWORD } from '../../support/world.ts'

const { limits } = readConfig({}, {})
const WEAK = 'password12345678'

const engines = onEngines(engine => openingOn(engine).extend('world', ({ open }) => open({ limits })))

describe.each(engines)('passwords and passphrases from strangers, on $engine', ({ it }) => {
  it('are checked only after the rest of the request is valid', async ({ world }) => {
    const signUp = (n: number) =>
      world.call('POST', '/v1/auth/signup', { body: { email: `weak-${n}@example.com`, password: WEAK }, ip: `192.0.2.${n}` })
    // The dictionaries are loaded first, so only the estimate is measured.
    expect((await signUp(1)).status).toBe(400)
    let judged = 0
    const flood = [2, 3, 4].map(n => signUp(n).then(({ status }) => [judged++, status][1]))
    expect((await world.call('GET', '/livez')).status).toBe(200)
    expect(judged).toBeLessThan(flood.length)
    expect(await Promise.all(flood)).toEqual([400, 400, 400])
  })

  it('are limited by address when a password is changed', async ({ world }) => {
    const { token } = await world.signUp()
    const change = () =>
      world.call('POST', '/v1/auth/change-password', { token, body: { current_password: 'wrong', new_password: PASSWORD } })
    const replies = await Promise.all(Array.from({ length: 20 }, change))
    expect(
      replies.filter(({ status, body }) => status === 429 && /Too many requests/i.test(body.detail ?? '')).length,
    ).toBeGreaterThan(5)
  })

  it('are limited by address for shares with a passphrase, and not for shares without', async ({ world }) => {
    const owner = await world.signUp()
    const secret = (await world.put(owner, await world.vault(owner), 'a', 'v')).body.id
    const body = { recipient_type: 'anyone_with_link', expires_at: '2999-01-01T00:00:00Z' }
    const { id } = (await ok(world.call('POST', `/v1/secrets/${secret}/share`, { token: owner.token, body }))).body
    const open = (headers: Record<string, string>) =>
      Promise.all(Array.from({ length: 20 }, () => world.call('GET', `/v1/share/${id}`, { headers, ip: '192.0.2.7' })))
    expect((await open({ 'x-share-passphrase': 'guess' })).filter(({ status }) => status === 429).length).toBeGreaterThan(5)
    expect((await open({})).map(({ status }) => status)).toEqual(Array(20).fill(200))
  })
})
