import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'
import { PASSWORD, type TestUser } from '../../support/world.ts'

const NEXT = 'another staple for the horse 7'

describe.each(onEngines(testsOn))('changing the password, on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world }) => {
    const change = ({ token }: { token: string }, current_password: string, new_password: string) =>
      world.call('POST', '/v1/auth/change-password', { token, body: { current_password, new_password } })
    const login = ({ email }: TestUser, password: string) => world.call('POST', '/v1/auth/token', { body: { email, password } })
    const me = (token: string) => world.call('GET', '/v1/auth/me', { token })
    return { change, login, me }
  })

  it('ends every token of the account, its keys and their tokens', async ({ world, calls: { change, login, me } }) => {
    const user = await world.signUp()
    const other = (await login(user, PASSWORD)).body.access_token
    const { api_key } = (await world.call('POST', '/v1/auth/api-keys', { token: user.token, body: { name: 'k' } })).body
    const ofKey = (await world.call('POST', '/v1/auth/api-key-token', { body: { api_key } })).body.access_token
    expect(await change(user, PASSWORD, NEXT)).toMatchObject({ status: 204, body: '' })
    for (const token of [user.token, other, ofKey, api_key]) expect((await me(token)).status).toBe(401)
    expect((await login(user, PASSWORD)).status).toBe(401)
    const again = await login(user, NEXT)
    expect((await me(again.body.access_token)).status).toBe(200)
  })

  it('refuses a wrong current password, says which field, and leaves an event', async ({ world, calls: { change, me } }) => {
    const user = await world.signUp()
    expect(await change(user, 'wrong', NEXT)).toMatchObject({ status: 400, body: { fields: { current_password: 'is wrong' } } })
    expect((await me(user.token)).status).toBe(200)
    await expect
      .poll(async () =>
        (await allEvents(world))
          .filter(({ actor_id }) => actor_id === user.id)
          .map(({ action, details }) => [action, details['status']]),
      )
      .toContainEqual(['auth.change_password', 400])
  })

  it('refuses a weak password and one that equals the address', async ({ world, calls: { change } }) => {
    const user = await world.signUp()
    for (const weak of ['password1234', user.email]) {
      expect((await change(user, PASSWORD, weak)).body.fields).toEqual({ new_password: expect.stringContaining('easy to guess') })
    }
  })

  it('is locked after five wrong attempts, for that account only', async ({ world, calls: { change, login } }) => {
    const [user, other] = [await world.signUp(), await world.signUp()]
    for (let i = 0; i < 5; i++) expect((await change(user, 'wrong', NEXT)).status).toBe(400)
    expect((await change(user, PASSWORD, NEXT)).status).toBe(429)
    expect((await change(other, PASSWORD, NEXT)).status).toBe(204)
    expect((await login(user, PASSWORD)).status).toBe(200)
  })

  it('happens once when two requests do it at the same time', async ({ world, calls: { change, login } }) => {
    const user = await world.signUp()
    const nexts = [`${NEXT} a`, `${NEXT} b`]
    const replies = await Promise.all(nexts.map(next => change(user, PASSWORD, next)))
    expect(replies.map(({ status }) => status).sort()).toEqual([204, 400])
    const done = nexts[replies.findIndex(({ status }) => status === 204)] ?? ''
    expect((await login(user, done)).status).toBe(200)
  })

  it('is refused for agents, API keys and their tokens, which are not a second factor', async ({ world, calls: { change } }) => {
    const user = await world.signUp()
    const key = (await world.call('POST', '/v1/auth/api-keys', { token: user.token, body: { name: 'k' } })).body.api_key
    const ofKey = (await world.call('POST', '/v1/auth/api-key-token', { body: { api_key: key } })).body.access_token
    for (const token of [key, ofKey]) expect((await change({ token }, PASSWORD, NEXT)).status).toBe(403)
    const { api_key } = (
      await world.call('POST', '/v1/auth/api-keys', { token: user.token, body: { name: 'k', scopes: ['a/**'] } })
    ).body
    expect((await change({ token: api_key }, PASSWORD, NEXT)).status).toBe(403)
    expect((await change(await world.agent(user), PASSWORD, NEXT)).status).toBe(403)
  })
})
