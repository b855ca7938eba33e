import { expect } from 'vitest'
import { openTab, theBrowser } from '../support/browser.ts'
import { newPerson, openSignedIn, view } from '../support/console.ts'
import { ownServerTests } from '../support/console-tests.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'

const it = ownServerTests().extend('calls', ({ page }) => {
  const dialog = () => page.getByRole('dialog')
  const clipboard = () => page.evaluate<string>('navigator.clipboard.readText()')
  return { dialog, clipboard }
})

it('an inviter gets a link to pass on, and the invited person signs up with it', async ({
  server,
  tab,
  page,
  person,
  calls: { dialog, clipboard },
}) => {
  await tab.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const guest = newPerson('guest')
  await openSignedIn(page, `${server.url}/members`, person, 'Members')
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  await dialog().getByLabel('E-mail address').fill(guest.email)
  await dialog().getByRole('button', { name: 'Invite' }).click()
  await dialog().getByText('This server has no mail').waitFor()
  await dialog().getByRole('button', { name: 'Copy link' }).click()
  await dialog().getByText('Copied the link.').waitFor()
  const first = await clipboard()
  await expect.poll(() => dialog().locator('code').textContent()).toBe(first)
  expect(await faultsOfAllLooks(page)).toEqual([])
  await dialog().getByRole('button', { name: 'Close' }).click()

  await page.getByRole('button', { name: `Copy link to the invitation of ${guest.email}` }).click()
  await dialog().getByRole('button', { name: 'Copy link' }).click()
  await dialog().getByText('Copied the link.').waitFor()
  const second = await clipboard()
  await dialog().getByRole('button', { name: 'Close' }).click()

  const theirs = await openTab(await theBrowser(), { width: 375 })
  await theirs.page.goto(first)
  await view(theirs.page, 'This link does not work')
  await theirs.page.goto(second)
  await view(theirs.page, 'Create an account')
  await expect.poll(() => theirs.page.getByLabel('E-mail address').inputValue()).toBe(guest.email)
  await theirs.page.getByLabel('Password', { exact: true }).fill(guest.password)
  await theirs.page.getByRole('button', { name: 'Create account' }).click()
  await view(theirs.page, /^You are a member of/)
  expect(theirs.violations).toEqual([])
  await theirs.context.close()
  await page.reload()
  await page.getByRole('row', { name: guest.email }).waitFor()
})

it('a new person is asked for the name of their organisation, which the settings show', async ({ server, page }) => {
  const grace = newPerson('grace')
  await page.goto(server.url)
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('E-mail address').fill(grace.email)
  await page.getByLabel('Name of your organisation (optional)').fill('Looms & Co')
  await page.getByLabel('Password', { exact: true }).fill(grace.password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await view(page, 'Overview')
  await page.goto(`${server.url}/settings`)
  await view(page, 'Settings')
  await expect.poll(() => page.getByLabel('Name', { exact: true }).inputValue()).toBe('Looms & Co')
})
