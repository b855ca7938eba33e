import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { mailbox } from '../../support/mailbox.ts'
import { ok, PASSWORD } from '../../support/world.ts'

const WRONG = 'not the password at all'

describe.each(onEngines(testsOn))('the locks after failed attempts, on $engine', ({ it: base }) => {
  let mail: ReturnType<typeof mailbox>

  let lastIp = 0

  const newIp = () => `10.2.${Math.floor(++lastIp / 250)}.${(lastIp % 250) + 1}`

  const statuses = async (tries: (() => Promise<{ status: number }>)[]) => {
    const seen: number[] = []
    for (const attempt of tries) seen.push((await attempt()).status)
    return seen
  }

  const it = base.extend('calls', ({ world }) => {
    const signIn = (email: string, password: string, ip = newIp(), headers: Record<string, string> = {}) =>
      world.call('POST', '/v1/auth/token', { body: { email, password }, ip, headers })
    return { signIn }
  })

  it.beforeAll(async ({ world }) => {
    mail = mailbox(world.dataDir)
  })

  it('count one account, however its address is written and wherever the attempts come from', async ({
    world,
    calls: { signIn },
  }) => {
    const user = await world.signUp()
    const [name = '', domain = ''] = user.email.split('@')
    const spellings = [
      user.email,
      ` ${user.email}`,
      `${user.email}  `,
      `${name.toUpperCase()}@${domain}`,
      // Full-width letters are equal to the normal ones (NFKC).
      `${name}@${domain.replace('e', 'ｅ')}`,
    ]
    expect(await statuses(spellings.map(email => () => signIn(email, WRONG)))).toEqual([401, 401, 401, 401, 401])
    for (const email of spellings) {
      const locked = await signIn(email, PASSWORD)
      expect(locked.status).toBe(429)
      expect(Number(locked.headers['retry-after'])).toBeGreaterThan(890)
    }
    const { text } = await mail.newest('locked', user.email)
    expect(text).toContain('Five attempts')
    world.advance(15 * 60_000 + 1_000)
    expect((await signIn(user.email, PASSWORD)).status).toBe(200)
  })

  it('lock an address without an account like one with an account, and say the same', async ({ world, calls: { signIn } }) => {
    const nobody = `${randomUUID()}@example.com`
    const user = await world.signUp()
    const replies = { known: [] as unknown[], unknown: [] as unknown[] }
    for (let i = 0; i < 7; i++) {
      const [known, unknown] = [await signIn(user.email, WRONG), await signIn(nobody, WRONG)]
      replies.known.push([known.status, known.body.detail, known.body.title])
      replies.unknown.push([unknown.status, unknown.body.detail, unknown.body.title])
    }
    expect(replies.unknown).toEqual(replies.known)
    await mail.newest('locked', user.email)
    expect((await mail.all()).filter(({ to }) => to === nobody || to === '')).toEqual([])
  })

  it('count a client that tries many accounts, whatever headers it sends', async ({ world, calls: { signIn } }) => {
    const ip = newIp()
    const tries = Array.from({ length: 5 }, (_, i) => () => {
      return signIn(`${randomUUID()}@example.com`, WRONG, ip, { 'x-forwarded-for': `8.8.8.${i}`, forwarded: `for=9.9.9.${i}` })
    })
    expect(await statuses(tries)).toEqual([401, 401, 401, 401, 401])
    const user = await world.signUp()
    expect((await signIn(user.email, PASSWORD, ip, { 'x-forwarded-for': '8.8.4.4' })).status).toBe(429)
    expect((await signIn(user.email, PASSWORD)).status).toBe(200)
  })

  it('answer at most five of a hundred guesses at the same time', async ({ world, calls: { signIn } }) => {
    const user = await world.signUp()
    const guesses = await Promise.all(Array.from({ length: 60 }, () => signIn(user.email, WRONG)))
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(5)
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(55)
  })

  it('start again after a success', async ({ world, calls: { signIn } }) => {
    const user = await world.signUp()
    const wrong = () => signIn(user.email, WRONG)
    expect(await statuses([wrong, wrong, wrong, wrong])).toEqual([401, 401, 401, 401])
    expect((await signIn(user.email, PASSWORD)).status).toBe(200)
    expect(await statuses([wrong, wrong, wrong, wrong])).toEqual([401, 401, 401, 401])
    expect((await signIn(user.email, PASSWORD)).status).toBe(200)
  })

  it('do not forgive attempts on other accounts after a success with one’s own', async ({ world, calls: { signIn } }) => {
    const ip = newIp()
    const own = await world.signUp()
    const wrong = (email: string) => () => signIn(email, WRONG, ip)
    const right = () => signIn(own.email, PASSWORD, ip)
    const stranger = () => `${randomUUID()}@example.com`
    // A success ends the row of five, and cancels the account's own failures, but not those of others.
    for (let round = 0; round < 6; round++) {
      const row = [wrong(stranger()), wrong(stranger()), wrong(stranger()), wrong(own.email), right]
      expect(await statuses(row)).toEqual([401, 401, 401, 401, 200])
    }
    expect(await statuses([wrong(stranger()), wrong(stranger()), right])).toEqual([401, 401, 429])
    expect((await signIn(own.email, PASSWORD, newIp())).status).toBe(200)
  })

  it('do not last longer because of attempts in the meantime', async ({ world }) => {
    const user = await world.signUp()
    const asks = () => world.call('POST', '/v1/auth/forgot-password', { body: { email: user.email } })
    for (let i = 0; i < 5; i++) await ok(asks())
    await mail.newest('password-reset', user.email, 5)
    for (let i = 0; i < 3; i++) {
      world.advance(6 * 60_000)
      await ok(asks())
    }
    // 15 minutes after the fifth failure, despite further requests.
    await mail.newest('password-reset', user.email, 6)
  })

  it('protect the current password, and inform its owner', async ({ world }) => {
    const user = await world.signUp()
    const change = (current_password: string) =>
      world.call('POST', '/v1/auth/change-password', {
        token: user.token,
        body: { current_password, new_password: PASSWORD },
        ip: newIp(),
      })
    expect(await statuses(Array.from({ length: 5 }, () => () => change(WRONG)))).toEqual([400, 400, 400, 400, 400])
    expect((await change(PASSWORD)).status).toBe(429)
    await mail.newest('locked', user.email)
  })

  it('are lifted by a link in the account’s mail', async ({ world, calls: { signIn } }) => {
    const user = await world.signUp()
    await statuses(Array.from({ length: 5 }, () => () => signIn(user.email, WRONG)))
    expect((await signIn(user.email, PASSWORD)).status).toBe(429)
    await ok(world.call('POST', '/v1/auth/forgot-password', { body: { email: user.email } }))
    const { token } = await mail.newest('password-reset', user.email)
    const password = 'purple monkey dishwasher 99'
    await ok(world.call('POST', '/v1/auth/reset-password', { body: { token, new_password: password } }))
    expect((await signIn(user.email, password)).status).toBe(200)
  })
})
