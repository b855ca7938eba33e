import { hashSync } from '@node-rs/argon2'
import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { mailbox } from '../../support/mailbox.ts'
import { ok } from '../../support/world.ts'

/** Texts that look the same: `é` as one character or two, and a no-break space. */
const COMPOSED = 'crème brûlée über Å staple 42'.normalize('NFC')
const DECOMPOSED = COMPOSED.normalize('NFD').replaceAll(' ', '\u00a0')
const NEXT = 'naïve élan for the horse 7'

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world }) => {
    const signUp = async (email: string, password: string) =>
      (await ok(world.call('POST', '/v1/auth/signup', { body: { email, password } }))).body.access_token as string
    const login = async (email: string, password: string) =>
      (await world.call('POST', '/v1/auth/token', { body: { email, password } })).status
    return { signUp, login }
  }),
)

describe.each(engines)('a password in any Unicode composition, on $engine', ({ it }) => {
  it('is accepted at sign-up and login in either form, and a similar one is not', async ({ calls: { signUp, login } }) => {
    expect(COMPOSED).not.toBe(DECOMPOSED)
    await signUp('one@example.com', COMPOSED)
    await signUp('two@example.com', DECOMPOSED)
    for (const email of ['one@example.com', 'two@example.com']) {
      expect([await login(email, COMPOSED), await login(email, DECOMPOSED)]).toEqual([200, 200])
      expect(await login(email, COMPOSED.replace('è', 'e'))).toBe(401)
      expect(await login(email, COMPOSED.toUpperCase())).toBe(401)
    }
  })

  it('is accepted when it is changed, when it confirms the caller, and when it is reset', async ({
    world,
    calls: { signUp, login },
  }) => {
    const email = 'three@example.com'
    const token = await signUp(email, COMPOSED)
    const body = { current_password: DECOMPOSED, new_password: NEXT.normalize('NFD') }
    expect((await world.call('POST', '/v1/auth/change-password', { token, body })).status).toBe(204)
    expect([await login(email, NEXT), await login(email, NEXT.normalize('NFD'))]).toEqual([200, 200])
    await ok(world.call('POST', '/v1/auth/forgot-password', { body: { email } }))
    const link = (await mailbox(world.dataDir).newest('password-reset', email)).token
    await ok(world.call('POST', '/v1/auth/reset-password', { body: { token: link, new_password: DECOMPOSED } }))
    expect([await login(email, COMPOSED), await login(email, NEXT)]).toEqual([200, 401])
  })

  it('is accepted as the passphrase of a share', async ({ world }) => {
    const owner = await world.signUp()
    const vault = await world.vault(owner)
    const { id: secretId } = (await world.put(owner, vault, 'a', 'v')).body
    const expires_at = new Date(Date.now() + 3_600_000).toISOString()
    const shared = { recipient_type: 'anyone_with_link', passphrase: COMPOSED, expires_at }
    const { id } = (await ok(world.call('POST', `/v1/secrets/${secretId}/share`, { token: owner.token, body: shared }))).body
    const headers = { 'x-share-passphrase': Buffer.from(DECOMPOSED).toString('latin1') }
    expect((await world.call('GET', `/v1/share/${id}`, { headers })).body.value).toBe('v')
  })

  it('keeps working if it was hashed before it was normalised', async ({ world, calls: { login } }) => {
    const user = await world.signUp('old@example.com')
    const stored = hashSync(DECOMPOSED, { memoryCost: 8, timeCost: 1, parallelism: 1 })
    await world.server.database.run(async ({ accounts }) => {
      await accounts.resetPassword(user.id, stored, Date.now())
    })
    expect([await login(user.email, DECOMPOSED), await login(user.email, 'wrong é wrong')]).toEqual([200, 401])
  })
})
