import { expect, it } from 'vitest'
import { fakeWorld, SIGNED_IN, USER_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const LINK = 'https://claw.example.com/invite/abc'
const MAIL = {
  id: USER_ID,
  kind: 'invitation',
  to: 'grace@example.com',
  subject: 'You are invited',
  written_at: '2026-03-01T12:00:00Z',
}
const worldOf = () =>
  fakeWorld({
    env: SIGNED_IN,
    replies: {
      'admin.mails': () => ({ delivery: 'files', mails: [{ ...MAIL, file: 'outbox/a.eml' }], total: 3 }),
      'admin.mail': () => ({ ...MAIL, text: `Accept the invitation:\n${LINK}\n` }),
    },
  })

it.each([
  [['mails', '--limit', '1', '--offset', '2'], 'admin.mails', { query: { limit: 1, offset: 2 } }],
  [['mails', 'show', USER_ID], 'admin.mail', { params: { mail_id: USER_ID } }],
] as const)('admin %j sends %s', async (words, id, input) => {
  const world = worldOf()
  await runCommand(world.context, 'admin', ...words)
  expect(world.asked).toMatchObject([{ id, input }])
})

it('admin mails lists mails without their text, and says where the text is', async () => {
  const world = worldOf()
  await runCommand(world.context, 'admin', 'mails')
  for (const text of [MAIL.to, MAIL.subject, 'outbox/a.eml', MAIL.id]) expect(world.stdout()).toContain(text)
  expect(world.stdout()).not.toContain(LINK)
  expect(world.stderr()).toContain('1 of 3 mails.')
  expect(world.stderr()).toContain('1claw admin mails show')
})

it('admin mails show prints the mail as text, or as JSON, or its columns for scripts', async () => {
  const shown = async (...flags: string[]) => {
    const world = worldOf()
    await runCommand(world.context, 'admin', 'mails', 'show', MAIL.id, ...flags)
    return world.stdout()
  }
  expect(await shown()).toBe(`To: ${MAIL.to}\nSubject: ${MAIL.subject}\n\nAccept the invitation:\n${LINK}\n`)
  expect(JSON.parse(await shown('--json'))).toMatchObject({ ...MAIL, text: expect.stringContaining(LINK) })
  expect(await shown('--output', 'csv')).toContain(LINK)
})
