import { readFile } from 'node:fs/promises'
import { describe, expect } from 'vitest'
import { openTab } from '../support/browser.ts'
import { apiOf, newPerson, openSignedIn, signInOn, signOutOn, signUp, view } from '../support/console.ts'
import { guestTests } from '../support/console-tests.ts'
import { startServer } from '../support/server.ts'

const it = guestTests().extend('calls', ({ tab }) => {
  const button = (name: string) => tab.page.getByRole('button', { name, exact: true })
  return { button }
})

it.beforeEach(async ({ server, tab, person }) => {
  await openSignedIn(tab.page, `${server.url}/account`, person, 'Account')
  await view(tab.page, 'Account')
})

describe('the account of a person', () => {
  it('has a name, which is shown everywhere at once', async ({ server, tab, person, calls: { button } }) => {
    await tab.page.getByLabel('Your name').fill('Ada Lovelace')
    await tab.page.getByLabel('Mail me about new features').check()
    await button('Save').click()
    await tab.page.getByRole('status').getByText('Your details are saved.').waitFor()
    await tab.page.getByRole('link', { name: 'Overview' }).click()
    await view(tab.page, 'Hello, Ada Lovelace')
    const { access_token: token } = await apiOf(server.url).call('auth.token', { body: person })
    const me = await apiOf(server.url, token).call('account.me')
    expect(me).toMatchObject({ display_name: 'Ada Lovelace', marketing_emails: true })
  })

  it('changes its password, which ends this session too', async ({ tab, person, calls: { button } }) => {
    const current = tab.page.getByLabel('Current password', { exact: true })
    const next = tab.page.getByLabel('New password', { exact: true })
    await current.fill('not the password')
    await next.fill('short')
    await button('Save password').click()
    await tab.page.getByText('Use at least 12 characters.').waitFor()
    const password = newPerson().password
    await next.fill(password)
    await button('Save password').click()
    await tab.page.getByText('This is wrong.').waitFor()
    await current.fill(person.password)
    await button('Save password').click()
    await view(tab.page, 'Sign in')
    await expect.poll(() => tab.page.getByRole('alert').textContent()).toContain('Your password is changed')
    await signInOn(tab.page, { ...person, password })
    await view(tab.page, 'Account')
  })

  it('lists where it is signed in, and ends those sessions', async ({ browser, server, tab, person, calls: { button } }) => {
    const elsewhere = await openTab(browser)
    await openSignedIn(elsewhere.page, `${server.url}/members`, person, 'Members')
    await tab.page.reload()
    await button('Revoke the session of Chrome on Linux').click()
    await tab.page.getByRole('status').getByText('Session revoked.').waitFor()
    await expect.poll(() => tab.page.getByRole('row').filter({ hasText: 'This one' }).count()).toBe(1)
    await expect.poll(() => button('Revoke the session of Chrome on Linux').count()).toBe(0)
    await elsewhere.page.getByRole('link', { name: 'IP rules' }).click()
    await view(elsewhere.page, 'Sign in')
    await elsewhere.context.close()
  })

  it('can be exported to a file, without values', async ({ tab, person, calls: { button } }) => {
    const saved = tab.page.waitForEvent('download')
    await button('Download my data').click()
    const file = await saved
    expect(file.suggestedFilename()).toBe('1claw-account.json')
    const data = JSON.parse(await readFile((await file.path()) ?? '', 'utf8')) as { user: { email: string } }
    expect(data.user.email).toBe(person.email)
  })

  it('is deleted only by a person who types the confirmation', async ({ tab, person, calls: { button } }) => {
    await button('Delete account').click()
    const dialog = tab.page.getByRole('dialog')
    await dialog.getByRole('textbox').fill('delete my account')
    await button('Delete permanently').click()
    await dialog.getByText('in capitals').waitFor()
    await tab.page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    await button('Delete account').click()
    await dialog.getByRole('textbox').fill('DELETE MY ACCOUNT')
    await button('Delete permanently').click()
    await view(tab.page, 'Sign in')
    await tab.page.getByText(`The account ${person.email} is deleted.`).waitFor()
    await signInOn(tab.page, person)
    await tab.page.getByRole('alert').getByText('do not match').waitFor()
  })

  it('reports that the last owner of the platform cannot be removed', async ({ tab, calls: { button } }) => {
    const other = await startServer()
    const first = newPerson('first')
    await signUp(other.url, first)
    await openSignedIn(tab.page, `${other.url}/account`, first, 'Account')
    await button('Delete account').click()
    await tab.page.getByRole('dialog').getByRole('textbox').fill('DELETE MY ACCOUNT')
    await button('Delete permanently').click()
    await tab.page.getByRole('dialog').getByRole('alert').getByText('last owner of the platform').waitFor()
    await other.close()
  })
})

it('mails a link to a person who forgot the password, and tells no one whether there is an account', async ({
  server,
  tab,
  person,
  calls: { button },
}) => {
  await signOutOn(tab.page)
  const said: (string | null)[] = []
  for (const email of [person.email, newPerson('nobody').email]) {
    await tab.page.goto(server.url)
    await tab.page.getByRole('link', { name: 'Forgot your password?' }).click()
    await view(tab.page, 'Forgot your password?')
    await button('Send link').click()
    await tab.page.getByText('Enter your e-mail address.').waitFor()
    await tab.page.getByLabel('E-mail address').fill(email)
    await button('Send link').click()
    await view(tab.page, 'Check your e-mail')
    said.push(((await tab.page.getByRole('main').textContent()) ?? '').replace(email, ''))
  }
  expect(said[0]).toBe(said[1])
})
