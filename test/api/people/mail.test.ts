import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, onTestFinished, vi } from 'vitest'
import { onEngines, openingOn } from '../../support/fixtures.ts'
import { mailbox } from '../../support/mailbox.ts'
import { smtpServer } from '../../support/smtp.ts'
import type { World } from '../../support/world.ts'

const mailBy = (smtpUrl?: string) => ({ mail: { smtpUrl, from: '1claw <no-reply@claw.test>' } })

const waiting = (world: World) => world.server.database.read(({ outbox }) => outbox.nextDue())

describe.each(onEngines(openingOn))('mail on $engine', ({ it }) => {
  it('goes out by SMTP, in text and HTML, and leaves the outbox', async ({ open }) => {
    const smtp = await smtpServer()
    onTestFinished(smtp.close)
    const world = await open(mailBy(smtp.url))
    const user = await world.signUp()
    await vi.waitFor(() => expect(smtp.received).toHaveLength(1), 15_000)
    const [mail] = smtp.received
    expect(mail).toMatchObject({ from: 'no-reply@claw.test', to: [user.email] })
    expect(mail?.message).toMatch(/^Content-Type: multipart\/alternative/m)
    expect(mail?.message).toMatch(/^Content-Type: text\/plain/m)
    expect(mail?.message).toMatch(/^Content-Type: text\/html/m)
    expect(mail?.message).toMatch(/^Message-ID: <[0-9a-f-]{36}@claw\.test>/m)
    await vi.waitFor(async () => expect(await waiting(world)).toBeUndefined(), 15_000)
  })

  it('is retried at growing intervals when the mail server refuses it', async ({ open }) => {
    const smtp = await smtpServer(2)
    onTestFinished(smtp.close)
    const world = await open(mailBy(smtp.url))
    await world.signUp()
    await vi.waitFor(() => expect(smtp.refused()).toBe(1), 15_000)
    expect(smtp.received).toHaveLength(0)
    world.advance(61_000)
    await vi.waitFor(() => expect(smtp.refused()).toBe(2), 15_000)
    expect(await waiting(world)).toBeGreaterThan(world.now() + 61_000)
    world.advance(121_000)
    await vi.waitFor(() => expect(smtp.received).toHaveLength(1), 15_000)
  })

  it('delays no reply and is not lost while the mail server is down', async ({ open }) => {
    const smtp = await smtpServer()
    await smtp.close()
    const world = await open(mailBy(smtp.url))
    const started = performance.now()
    await world.signUp()
    expect(performance.now() - started).toBeLessThan(15_000)
    expect(await waiting(world)).toBeDefined()
  })

  it('is stored sealed: neither the addressee nor the link can be read in the database', async ({ open }) => {
    const smtp = await smtpServer()
    await smtp.close()
    const world = await open(mailBy(smtp.url))
    const user = await world.signUp()
    await world.call('POST', '/v1/auth/forgot-password', { body: { email: user.email } })
    const rows = await world.server.database.run(({ outbox }) =>
      outbox.claim({ now: Number.MAX_SAFE_INTEGER, limit: 10, retryAt: () => 0 }),
    )
    expect(rows.map(({ kind }) => kind).toSorted()).toEqual(['password-reset', 'welcome'])
    for (const row of rows) {
      expect(Buffer.from(row.sealed).includes(user.email)).toBe(false)
      expect(Buffer.from(row.sealed).includes('http')).toBe(false)
      expect(world.server.services.templates.read(row)).toMatchObject({ to: user.email })
      expect(() => world.server.services.templates.read({ ...row, id: 'another row' })).toThrow()
    }
  })
})

openingOn('sqlite')('without SMTP becomes files that only the server’s user can read', async ({ open }) => {
  const world = await open(mailBy())
  const user = await world.signUp()
  const { newest, folder, all } = mailbox(world.dataDir)
  await newest('welcome', user.email)
  const [file] = await all()
  expect(file?.to).toBe(user.email)
  expect((await stat(folder)).mode & 0o777).toBe(0o700)
  const { readdir } = await import('node:fs/promises')
  for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
})
