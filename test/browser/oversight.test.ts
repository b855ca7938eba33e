import { describe, expect } from 'vitest'
import { newPerson, openSignedIn, signUp, view } from '../support/console.ts'
import { ownServerTests } from '../support/console-tests.ts'

const it = ownServerTests({}, 'admin').extend('calls', ({ tab }) => {
  const button = (name: string) => tab.page.getByRole('button', { name, exact: true })
  const dialog = () => tab.page.getByRole('dialog')
  const row = (text: string) => tab.page.getByRole('row').filter({ hasText: text })
  const said = (text: string) => tab.page.getByRole('status').getByText(text).waitFor()
  return { button, dialog, row, said }
})

describe('settings', () => {
  it('of the organisation are saved', async ({ server, tab, person: admin, calls: { button, said } }) => {
    await openSignedIn(tab.page, `${server.url}/settings`, admin, 'Settings')
    await tab.page.getByLabel('Name', { exact: true }).fill('')
    await button('Save').click()
    await tab.page.getByText('Enter a name.').waitFor()
    await tab.page.getByLabel('Name', { exact: true }).fill('Analytical Engines')
    await tab.page.getByLabel('Agents can create vaults of their own').check()
    await button('Save').click()
    await said('The settings are saved.')
    await tab.page.reload()
    await view(tab.page, 'Settings')
    await tab.page.getByLabel('Agents can create vaults of their own').waitFor()
    await expect.poll(() => tab.page.getByLabel('Agents can create vaults of their own').isChecked()).toBe(true)
    await tab.page.getByRole('banner').getByText('Analytical Engines').waitFor()
  })

  it('of the server are set, changed and reset', async ({ server, tab, person: admin, calls: { button, dialog, said } }) => {
    await openSignedIn(tab.page, `${server.url}/settings`, admin, 'Settings')
    await tab.page.getByRole('link', { name: 'Server settings' }).click()
    await button('New setting').click()
    await dialog().getByLabel('Setting').fill('Not A Key')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await dialog().locator('[aria-invalid="true"], .alert').first().waitFor()
    await dialog().getByLabel('Setting').fill('intents_api.require_simulation')
    await dialog().getByLabel('Value').fill('true')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await said('intents_api.require_simulation is set.')
    await button('Reset intents_api.require_simulation').click()
    await dialog().getByRole('button', { name: 'Reset' }).click()
    await tab.page.getByText('All settings have their default values').waitFor()
  })

  it('list the accounts of the server, set limits and delete accounts', async ({
    server,
    tab,
    person: admin,
    calls: { button, dialog, said, row },
  }) => {
    const other = newPerson('other')
    await signUp(server.url, other)
    await openSignedIn(tab.page, `${server.url}/settings/accounts`, admin, 'Settings')
    await button(`Edit limits of ${other.email}`).click()
    await dialog().getByLabel('Tier', { exact: true }).selectOption('business')
    await dialog().getByLabel('Days on this tier').fill('thirty')
    await button('Save').click()
    await dialog().getByText('Enter a whole number').waitFor()
    await dialog().getByLabel('Days on this tier').fill('30')
    await dialog().getByLabel('Free requests a month').fill('500')
    await button('Save').click()
    await said(`The limits of ${other.email} are set.`)
    await row(other.email).getByText('business').waitFor()
    await row(other.email).getByText('500 free requests').waitFor()
    await button(`Delete ${other.email}`).click()
    await button('Delete permanently').click()
    await said(`The account ${other.email} is deleted.`)
    await row(other.email).waitFor({ state: 'detached' })
  })

  it('of the server are shown to its administrators only', async ({ server, tab, person: admin }) => {
    const other = newPerson('other')
    await signUp(server.url, other)
    await openSignedIn(tab.page, `${server.url}/settings/accounts`, other, 'Settings')
    await tab.page.getByLabel('Agents can create vaults of their own').waitFor()
    await expect.poll(() => tab.page.getByRole('link', { name: 'Accounts' }).count()).toBe(0)
    expect(await tab.page.content()).not.toContain(admin.email)
  })
})
