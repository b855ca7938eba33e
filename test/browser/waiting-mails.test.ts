import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'vitest'
import { openTab } from '../support/browser.ts'
import { joined, openSignedIn } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'
import { mailbox } from '../support/mailbox.ts'

const it = consoleTests({}, 'admin')

it('the waiting mails are listed, and the text of one is shown on request and hidden again', async ({
  server,
  tab,
  client,
  person: admin,
}) => {
  await client.call('org.invite', { body: { email: 'grace@example.com' } })
  const { token } = await mailbox(server.dataDir).newest('invitation', 'grace@example.com')
  await openSignedIn(tab.page, `${server.url}/server`, admin, 'Server')
  const part = tab.page.getByRole('row').filter({ has: tab.page.getByRole('rowheader', { name: 'Mail' }) })
  await part.getByRole('button', { name: 'Show the mails' }).click()
  const dialog = tab.page.getByRole('dialog', { name: 'Waiting mails' })
  await dialog
    .getByRole('row', { name: /^grace@example\.com/ })
    .getByText('You are invited')
    .waitFor()
  expect(await tab.page.content()).not.toContain(token)
  await dialog.getByRole('button', { name: 'Show the mail to grace@example.com' }).click()
  await dialog.getByRole('region', { name: 'Mail to grace@example.com' }).getByText(token).waitFor()
  await dialog.getByRole('button', { name: 'Hide' }).click()
  await expect.poll(() => tab.page.content()).not.toContain(token)
  const { events } = await client.call('audit.events', { query: { action: 'admin.mail_show' } })
  expect(events).toHaveLength(1)
  await tab.page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
})

it('the foot of every page has the status that only owners and admins can know, and follows it; members see the public health', async ({
  browser,
  server,
  tab,
  client,
  person: admin,
}) => {
  const { person: member } = await joined(server, client, 'member', 'member')
  const outbox = join(server.dataDir, 'outbox')
  expect((await readdir(outbox)).some(name => name.endsWith('.eml'))).toBe(true)
  const foot = tab.page.getByRole('contentinfo')
  await openSignedIn(tab.page, `${server.url}/vaults`, admin, 'Vaults')
  await foot.getByRole('link', { name: 'Server: Something needs attention', exact: true }).click()
  await tab.page.getByRole('status').getByText('Something needs attention').waitFor()
  // A folder that is not there has no mails.
  await rename(outbox, `${outbox}-put-away`)
  await tab.page.getByRole('status').getByText('Everything is working').waitFor({ timeout: 20_000 })
  await foot.getByRole('link', { name: 'Server: Running', exact: true }).waitFor()
  await rm(outbox, { recursive: true, force: true })
  await rename(`${outbox}-put-away`, outbox)
  await foot.getByRole('link', { name: 'Server: Something needs attention', exact: true }).waitFor({ timeout: 20_000 })
  const { page, context } = await openTab(browser)
  await openSignedIn(page, `${server.url}/vaults`, member, 'Vaults')
  await expect.poll(() => page.getByRole('contentinfo').textContent()).toContain('Server: Running')
  await context.close()
})

it('one query serves the foot and the page Server, and a hidden tab asks for nothing', async ({ server, tab, person: admin }) => {
  const { page } = tab
  await page.clock.install()
  await openSignedIn(page, `${server.url}/server`, admin, 'Server')
  await page.getByRole('table', { name: 'Parts of the server' }).waitFor()
  const asked: string[] = []
  const times: number[] = []
  page.on('request', request => {
    const { pathname } = new URL(request.url())
    asked.push(pathname)
    if (pathname === '/v1/server/status') times.push(Date.now())
  })
  // Two queries of the foot and the page would be close to each other.
  await expect.poll(() => times.length, { timeout: 60_000 }).toBe(2)
  const [first = 0, second = 0] = times
  expect(second - first).toBeGreaterThan(5_000)
  const hide = (hidden: boolean) =>
    page.evaluate(`(() => {
      Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })()`)
  await hide(true)
  await page.clock.runFor(1_000)
  asked.length = 0
  await page.clock.runFor(120_000)
  expect(asked).toEqual([])
  await hide(false)
  await expect.poll(() => asked).toContain('/v1/server/status')
})
