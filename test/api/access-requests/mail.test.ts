import { describe, expect, vi } from 'vitest'
import { mayMail } from '../../../server/mail/budget.ts'
import { onEngines, started, testsOn } from '../../support/fixtures.ts'
import { smtpServer } from '../../support/smtp.ts'
import { ok, type TestUser } from '../../support/world.ts'

const words = (message: string) =>
  message.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))

const engines = onEngines(engine =>
  testsOn(engine)
    .extend(
      'smtp',
      { scope: 'file' },
      started(smtpServer, smtp => smtp.close()),
    )
    .extend('settings', { scope: 'file' }, ({ smtp }) => ({ mail: { smtpUrl: smtp.url, from: '1claw <no-reply@claw.test>' } }))
    .extend('scene', { scope: 'file', auto: true }, async ({ world, owner }) => {
      const [admin, delegate, member] = [
        await world.colleague(owner, 'admin'),
        await world.colleague(owner),
        await world.colleague(owner),
      ]
      const vaultId = await world.vault(owner, 'See https://evil.example/now')
      const body = { secret_path_pattern: 'a/**', principal_type: 'user', principal_id: delegate.id, permissions: ['admin'] }
      await ok(world.call('POST', `/v1/vaults/${vaultId}/policies`, { token: owner.token, body }))
      return { admin, delegate, member, vaultId }
    })
    .extend('calls', ({ smtp, world, owner, scene: { vaultId } }) => {
      const ask = async (who: { token: string }, path: string, reason = 'an incident'): Promise<string> => {
        const body = { secret_path_pattern: path, reason, duration_seconds: 7200 }
        return (await ok(world.call('POST', `/v1/vaults/${vaultId}/access-requests`, { token: who.token, body }))).body.id
      }
      const decide = (id: string, how: string, body: object = {}) =>
        ok(world.call('POST', `/v1/access-requests/${id}/${how}`, { token: owner.token, body }))
      const mails = (about: string) =>
        smtp.received.map(({ to, message }) => ({ to: to[0], text: words(message) })).filter(({ text }) => text.includes(about))
      const addressees = (about: string) =>
        mails(about)
          .map(({ to }) => to ?? '')
          .toSorted()
      const arrive = (about: string, people: readonly TestUser[]) =>
        vi.waitFor(() => expect(addressees(about)).toEqual(people.map(({ email }) => email).toSorted()), 15_000)
      return { ask, decide, mails, arrive }
    }),
)

describe.each(engines)('mail about a request for access, on $engine', ({ it }) => {
  it('goes only to people who can decide it, quotes the requester’s words and contains no links', async ({
    owner,
    scene: { member, admin, delegate },
    calls: { ask, arrive, mails, decide },
  }) => {
    await ask(member, 'a/one', 'Your account is locked: https://evil.example/unlock or write to x@y.z')
    await arrive('"a/one"', [owner, admin, delegate])
    await ask(member, 'b/one')
    await arrive('"b/one"', [owner, admin])
    const [mail] = mails('"a/one"')
    expect(mail?.text).toContain('"Your account is locked: https evil[.]example/unlock or write to x@y[.]z"')
    expect(mail?.text).toContain('for 2 hours')
    expect(mail?.text).not.toContain('evil.example')
    const own = await ask(delegate, 'b/two')
    await arrive('"b/two"', [owner, admin])
    await decide(own, 'decline')
  })

  it('tells the requester what was decided', async ({ scene: { member }, calls: { ask, decide, mails } }) => {
    const id = await ask(member, 'a/three')
    await decide(id, 'approve', { note: 'Only today' })
    await vi.waitFor(
      () =>
        expect(mails('what you asked for').map(({ to, text }) => [to, /approved .*"a\/three"/s.test(text)])).toContainEqual([
          member.email,
          true,
        ]),
      15_000,
    )
    const [approved] = mails('"a/three"').filter(({ to }) => to === member.email)
    expect(approved?.text).toContain('"Only today"')
    await decide(await ask(member, 'a/four'), 'decline')
    await vi.waitFor(() => expect(mails('"a/four"').map(({ to }) => to)).toContain(member.email), 15_000)
  })

  it('stops at ten a day for one address, while the request is still created', async ({
    world,
    owner,
    scene: { admin, delegate },
    calls: { ask, arrive },
  }) => {
    const asked = { kind: 'access-requested', email: owner.email, orgId: owner.orgId }
    await world.server.database.run(async ({ auth }) => {
      for (let n = 0; n < 10; n++) await mayMail(auth, asked, world.now())
    })
    await ask(await world.agent(owner), 'a/five')
    await arrive('"a/five"', [admin, delegate])
  })
})
