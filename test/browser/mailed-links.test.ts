import { Secret, TOTP } from 'otpauth'
import { expect } from 'vitest'
import { openTab } from '../support/browser.ts'
import { apiOf, newPerson, openSignedIn, signInOn, signUp, view } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'
import { mailbox } from '../support/mailbox.ts'
import { faultsOf } from '../support/page-audit.ts'

const it = consoleTests()
  .extend('look', () => ({ width: 375 }))
  .extend('calls', ({ tab }) => {
    const button = (name: string) => tab.page.getByRole('button', { name, exact: true })
    return { button }
  })

it('a mailed link sets a new password, once', async ({ server, tab, calls: { button } }) => {
  const person = newPerson()
  await signUp(server.url, person)
  await apiOf(server.url).call('auth.forgot-password', { body: { email: person.email } })
  const mail = (await mailbox(server.dataDir).all()).find(
    each => each.to === person.email && each.text.includes('/reset-password/'),
  )
  const { token } = mail ?? (await mailbox(server.dataDir).newest('password-reset', person.email))
  const next = newPerson().password
  for (const outcome of ['Your password is set', 'This link does not work']) {
    await tab.page.goto(`${server.url}/reset-password/${token}`)
    await view(tab.page, 'Set a new password')
    expect(await faultsOf(tab.page)).toEqual([])
    await tab.page.getByLabel('Password', { exact: true }).fill(next)
    await button('Save password').click()
    await view(tab.page, outcome)
  }
  await tab.page.goto(server.url)
  await signInOn(tab.page, { email: person.email, password: next })
  await view(tab.page, 'Overview')
})

it('an unknown confirmation link is reported only after a click', async ({ server, tab, calls: { button } }) => {
  await tab.page.goto(`${server.url}/verify-email/nobody-was-sent-this`)
  await view(tab.page, 'Confirm your e-mail address')
  expect(await faultsOf(tab.page)).toEqual([])
  await button('Confirm the address').click()
  await view(tab.page, 'This link does not work')
})

it('a lost second factor is turned off when an admin asks and the person confirms', async ({
  browser,
  server,
  tab,
  calls: { button },
}) => {
  const [owner, person] = [newPerson('owner'), newPerson('person')]
  const client = apiOf(server.url, await signUp(server.url, owner))
  await client.call('org.invite', { body: { email: person.email } })
  const own = apiOf(server.url, await signUp(server.url, person))
  const { secret } = await own.call('mfa.setup')
  await own.call('mfa.verify-setup', { body: { code: TOTP.generate({ secret: Secret.fromBase32(secret) }) } })
  const { token: invitation } = await mailbox(server.dataDir).newest('invitation', person.email)
  await own.call('org.accept-invitation', { params: { token: invitation } })

  await openSignedIn(tab.page, `${server.url}/members`, owner, 'Members')
  await button(`Turn off second factor of ${person.email}`).click()
  expect(await faultsOf(tab.page)).toEqual([])
  await button('Send link').click()
  await tab.page.getByRole('status').getByText(`A link is mailed to ${person.email}.`).waitFor()

  const { token } = await mailbox(server.dataDir).newest('mfa-reset', person.email)
  const other = await openTab(browser, { width: 375 })
  for (const outcome of ['Your second factor is off', 'This link does not work']) {
    await other.page.goto(`${server.url}/reset-mfa/${token}`)
    await view(other.page, 'Turn off your second factor?')
    expect(await faultsOf(other.page)).toEqual([])
    await other.page.getByRole('button', { name: 'Turn off the second factor' }).click()
    await view(other.page, outcome)
  }
  await other.page.goto(server.url)
  await signInOn(other.page, person)
  await view(other.page, 'Overview')
  await other.context.close()
})
