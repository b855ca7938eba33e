import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { launchBrowser, openTab, type Tab } from '../support/browser.ts'
import { apiOf, newPerson, openSignedIn, type Person, signUp, view } from '../support/console.ts'
import { startServer, type TestServer } from '../support/server.ts'

let browser: Browser
let server: TestServer
let tab: Tab
/** The first of the server: its platform's owner. */
let admin: Person
let client: ReturnType<typeof apiOf>

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())
beforeEach(async () => {
  server = await startServer()
  tab = await openTab(browser)
  admin = newPerson('admin')
  client = apiOf(server.url, await signUp(server.url, admin))
})
afterEach(async () => {
  await tab.context.close()
  await server.close()
  expect(tab.violations).toEqual([])
  expect(tab.errors).toEqual([])
})

const button = (name: string) => tab.page.getByRole('button', { name, exact: true })
const dialog = () => tab.page.getByRole('dialog')
const row = (text: string) => tab.page.getByRole('row').filter({ hasText: text })
const rows = () => tab.page.getByRole('row').count()
const said = (text: string) => tab.page.getByRole('status').getByText(text).waitFor()

describe('the audit log', () => {
  it('marks what was denied, and says what is recorded of it', async () => {
    const { id: vault } = await client.call('vaults.create', { body: { name: 'production' } })
    await client.call('secrets.put', { params: { vault_id: vault, path: 'prod/db' }, body: { value: 'x' } })
    const { api_key: key } = await client.call('agents.register', { body: { name: '<b>bot</b>' } })
    const read = apiOf(server.url, key).call('secrets.get', { params: { vault_id: vault, path: 'prod/db' } })
    await expect(read).rejects.toMatchObject({ status: 403 })
    await openSignedIn(tab.page, `${server.url}/audit`, admin, 'Audit')
    const denied = row('Denied')
    await denied.getByText('<b>bot</b>').waitFor()
    await denied.locator('summary').click()
    await denied.getByText('403').waitFor()
  })

  it('shows of one secret all that was done and all that was denied, and nothing of others', async () => {
    const { id: vault } = await client.call('vaults.create', { body: { name: 'production' } })
    const { id: other } = await client.call('vaults.create', { body: { name: 'staging' } })
    const put = (vault_id: string, path: string) =>
      client.call('secrets.put', { params: { vault_id, path }, body: { value: 'x' } })
    await put(vault, 'prod/db')
    await put(vault, 'prod/db2')
    await put(other, 'prod/db')
    const read = { params: { vault_id: vault, path: 'prod/db' } }
    for (let n = 0; n < 4; n++) await client.call('secrets.get', read)
    // Repeats of one agent would be summed up: each is another.
    for (const name of ['one', 'two', 'three']) {
      const { api_key: key } = await client.call('agents.register', { body: { name } })
      await expect(apiOf(server.url, key).call('secrets.get', read)).rejects.toMatchObject({ status: 403 })
    }
    await openSignedIn(tab.page, `${server.url}/audit`, admin, 'Audit')
    await tab.page.getByLabel('Secret path or id').fill('prod/db')
    await button('Apply').click()
    // Four reads, three refusals, two writes, in two vaults; and the heading of the table.
    await expect.poll(rows).toBe(1 + 4 + 3 + 2)
    await row('Denied').first().waitFor()
    expect(await row('Denied').count()).toBe(3)
    await tab.page.getByLabel('Vault', { exact: true }).selectOption('production')
    await button('Apply').click()
    await expect.poll(rows).toBe(1 + 4 + 3 + 1)
  })

  it('is narrowed down by action, by who, and by time, and goes on page by page', async () => {
    const { id: vault } = await client.call('vaults.create', { body: { name: 'production' } })
    for (let n = 0; n < 55; n++) {
      await client.call('secrets.put', { params: { vault_id: vault, path: `prod/${n}` }, body: { value: 'x' } })
    }
    await openSignedIn(tab.page, `${server.url}/audit`, admin, 'Audit')
    await tab.page.getByLabel('Action').fill('secret.write')
    await tab.page.getByLabel('Who').fill(admin.email)
    await button('Apply').click()
    await row('prod/54').waitFor()
    await expect.poll(rows).toBe(51)
    expect(await row('vault.create').count()).toBe(0)
    await button('Older').click()
    await row('prod/0').waitFor()
    await expect.poll(rows).toBe(6)
    await button('Newer').click()
    await row('prod/54').waitFor()
    await tab.page.getByLabel('To', { exact: true }).fill('2020-01-01T00:00')
    await button('Apply').click()
    await tab.page.getByText('No events match these filters.').waitFor()
    await button('Clear').click()
    await row('vault.create').or(row('prod/54')).first().waitFor()
  })

  it('is verified: intact, or what is wrong with it', async () => {
    await client.call('vaults.create', { body: { name: 'production' } })
    await openSignedIn(tab.page, `${server.url}/audit`, admin, 'Audit')
    await button('Verify').click()
    await tab.page.getByText('Intact', { exact: true }).waitFor()
    await tab.page.route(/audit\/verify$/, async route => {
      const reply = await route.fetch()
      const faults = [{ seq: 2, kind: 'edited', detail: 'event 2 was changed' }]
      await route.fulfill({ json: { ...(await reply.json()), ok: false, faults } })
    })
    await button('Verify').click()
    await tab.page.getByText('Not intact').waitFor()
    await tab.page.getByText('event 2 was changed').waitFor()
  })
})

describe('settings', () => {
  it('of the organisation are chosen and kept', async () => {
    await openSignedIn(tab.page, `${server.url}/settings`, admin, 'Settings')
    await tab.page.getByLabel('Name', { exact: true }).fill('')
    await button('Save').click()
    await tab.page.getByText('Enter a name.').waitFor()
    await tab.page.getByLabel('Name', { exact: true }).fill('Analytical Engines')
    await tab.page.getByLabel('Agents may make vaults of their own').check()
    await button('Save').click()
    await said('The settings are saved.')
    await tab.page.reload()
    await view(tab.page, 'Settings')
    await tab.page.getByLabel('Agents may make vaults of their own').waitFor()
    expect(await tab.page.getByLabel('Agents may make vaults of their own').isChecked()).toBe(true)
    await tab.page.getByRole('banner').getByText('Analytical Engines').waitFor()
  })

  it('of the server are set, changed and reset', async () => {
    await openSignedIn(tab.page, `${server.url}/settings`, admin, 'Settings')
    await tab.page.getByRole('link', { name: 'Server' }).click()
    await button('Set').click()
    await dialog().getByLabel('Setting').fill('Not A Key')
    await dialog().getByRole('button', { name: 'Set' }).click()
    await dialog().locator('[aria-invalid="true"], .alert').first().waitFor()
    await dialog().getByLabel('Setting').fill('intents_api.require_simulation')
    await dialog().getByLabel('Value').fill('true')
    await dialog().getByRole('button', { name: 'Set' }).click()
    await said('intents_api.require_simulation is set.')
    await button('Reset intents_api.require_simulation').click()
    await dialog().getByRole('button', { name: 'Reset' }).click()
    await tab.page.getByText('every setting has its default').waitFor()
  })

  it('list the accounts of the server; limits are set and accounts deleted', async () => {
    const other = newPerson('other')
    await signUp(server.url, other)
    await openSignedIn(tab.page, `${server.url}/settings/accounts`, admin, 'Settings')
    await button(`Limits of ${other.email}`).click()
    await dialog().getByLabel('Tier', { exact: true }).selectOption('business')
    await dialog().getByLabel('Days on this tier').fill('thirty')
    await button('Set the limits').click()
    await dialog().getByText('Enter a whole number').waitFor()
    await dialog().getByLabel('Days on this tier').fill('30')
    await dialog().getByLabel('Free requests a month').fill('500')
    await button('Set the limits').click()
    await said(`The limits of ${other.email} are set.`)
    await row(other.email).getByText('business').waitFor()
    await row(other.email).getByText('500 free requests').waitFor()
    await button(`Delete ${other.email}`).click()
    await button('Delete for good').click()
    await said(`The account ${other.email} is deleted.`)
    await row(other.email).waitFor({ state: 'detached' })
  })

  it('of the server are nobody else’s', async () => {
    const other = newPerson('other')
    await signUp(server.url, other)
    await openSignedIn(tab.page, `${server.url}/settings/accounts`, other, 'Settings')
    await tab.page.getByLabel('Agents may make vaults of their own').waitFor()
    expect(await tab.page.getByRole('link', { name: 'Accounts' }).count()).toBe(0)
    expect(await tab.page.content()).not.toContain(admin.email)
  })
})
