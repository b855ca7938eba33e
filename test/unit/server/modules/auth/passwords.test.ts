import { describe, expect, it } from 'vitest'
import { passwords } from '../../../../../server/modules/auth/passwords.ts'

const service = passwords()
const HERE = '192.0.2.1'
const judge = (password: string, about: string[] = []) =>
  service.ensureStrong(password, { field: 'password', about, from: HERE }).then(
    () => 'strong',
    (error: { extras: { fields: Record<string, string> } }) => error.extras.fields['password'],
  )

describe('the strength of a password', () => {
  it.each([
    'correct horse battery staple',
    'wqzmvkxjhtpl',
    'gT7#kd0!vQ2x',
    `${'k9$Lw2 zR!x5 '.repeat(19)}end`,
    'пароль сложный очень девять',
  ])('is sufficient: %s', async password => expect(await judge(password)).toBe('strong'))

  it.each([
    ['short12', /at least 12/],
    ['aaaaaaaaaaaaaaaa', /easy to guess/],
    ['password'.repeat(32), /easy to guess/],
    ['01011990'.repeat(10), /easy to guess/],
    ['qwertyuiop12', /easy to guess/],
    ['P@ssw0rd2024!', /easy to guess/],
  ])('is insufficient: %s', async (password, reason) => expect(await judge(password)).toMatch(reason))

  it('does not count what is known of its owner', async () => {
    const about = ['grace.hopper.the.amazing@navy.example.org', 'Grace Brewster Hopper']
    for (const password of [...about, about.join(''), `${about[0]}1!`.toUpperCase(), `${about[1]} 1906`]) {
      expect(await judge(password, about)).toMatch(/easy to guess/)
    }
    expect(await judge(`${about[1]} likes correct horse staples`, about)).toBe('strong')
  })

  it('takes no longer to judge for longer passwords', async () => {
    // Processor time of all threads: on a busy machine, elapsed time says nothing about the work.
    const quickest = async (password: string) => {
      const times: number[] = []
      for (let time = 0; time < 3; time++) {
        const start = process.cpuUsage()
        await judge(password)
        const { user, system } = process.cpuUsage(start)
        times.push((user + system) / 1000)
      }
      return Math.min(...times)
    }
    await judge('load the dictionaries')
    const hostile = ['4@8({[<369&#!1/|0$5+7%2/4@8'.repeat(10), '1111111!!!!!!lllll|||||1'.repeat(11), 'p455w0rd'.repeat(32)]
    for (const password of hostile) {
      const short = await quickest(password.slice(0, 32))
      expect(await quickest(password.slice(0, 256))).toBeLessThan(3 * short + 50)
    }
  })
})

describe('hashing', () => {
  it('uses Argon2id with a salt, and verifies only that password', async () => {
    const [one, two] = await Promise.all([service.hash('the password', HERE), service.hash('the password', HERE)])
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(one).not.toBe(two)
    expect(await service.verify(one, 'the password', HERE)).toBe(true)
    for (const wrong of ['the passwor', 'the password ', 'The password', ''])
      expect(await service.verify(one, wrong, HERE)).toBe(false)
  })

  it('accepts nothing for an account without a password', async () => {
    for (const stored of [undefined, null]) expect(await service.verify(stored, 'a password that nobody has', HERE)).toBe(false)
  })

  it('refuses a flood instead of queueing it without end', async () => {
    const answer = Promise.withResolvers<boolean>()
    const slow = passwords({ hash: async () => '', verify: () => answer.promise })
    const flood = Array.from({ length: 260 }, () =>
      slow.verify(undefined, 'x', HERE).then(
        () => 'done',
        (error: { code: string }) => error.code,
      ),
    )
    expect(slow.waiting()).toBe(200)
    answer.resolve(false)
    const outcomes = await Promise.all(flood)
    const done = outcomes.filter(outcome => outcome === 'done').length
    // The waiting ones, and one for each thread that works.
    expect(done).toBeGreaterThan(200)
    expect(done).toBeLessThan(210)
    expect(outcomes.filter(outcome => outcome === 'server.busy')).toHaveLength(260 - done)
  })
})
