import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Client } from '../../src/client/client.ts'
import { keptBy, launchBrowser, openTab, type Tab } from '../support/browser.ts'
import { apiOf, newPerson, openSignedIn, type Person, signUp, view } from '../support/console.ts'
import { startServer, type TestServer } from '../support/server.ts'

let browser: Browser
let server: TestServer
let person: Person
let client: Client
let tab: Tab

beforeAll(async () => {
  browser = await launchBrowser()
  server = await startServer()
})
afterAll(async () => {
  await browser.close()
  await server.close()
})
beforeEach(async () => {
  person = newPerson()
  client = apiOf(server.url, await signUp(server.url, person))
  tab = await openTab(browser)
})
afterEach(async () => {
  const kept = await keptBy(tab)
  await tab.context.close()
  expect(tab.violations).toEqual([])
  expect(tab.errors).toEqual([])
  expect(kept).toEqual([])
})

const button = (name: string) => tab.page.getByRole('button', { name, exact: true })
const dialog = () => tab.page.getByRole('dialog')
const said = (text: string) => tab.page.getByText(text).first().waitFor()
const row = (name: string) => tab.page.getByRole('row', { name })
const open = () => openSignedIn(tab.page, `${server.url}/api-keys`, person, 'API keys')

it('makes a key that is shown once, and revokes it', async () => {
  await open()
  await said('You have no API key.')
  await button('New API key').click()
  await dialog().getByRole('button', { name: 'Create' }).click()
  await said('Enter a name.')
  await dialog().getByLabel('Name').fill('<b>laptop</b>')
  await dialog().getByLabel('Last day (optional)').fill('2020-01-01')
  await dialog().getByRole('button', { name: 'Create' }).click()
  await said('Choose a day that is not over yet.')
  await dialog().getByLabel('Last day (optional)').fill('2999-12-31')
  await dialog().getByRole('button', { name: 'Create' }).click()
  await tab.page.getByRole('heading', { name: 'The API key <b>laptop</b>' }).waitFor()
  const key = (await tab.page.locator('.shared-value').textContent()) ?? ''
  expect(key).toMatch(/^1ck_/)
  expect((await apiOf(server.url, key).call('account.me')).email).toBe(person.email)
  expect(await row('<b>laptop</b>').textContent()).toContain('until 31 Dec 2999')
  await said(`export ONECLAW_API_KEY=${key.slice(0, 8)}…`)

  await tab.page.getByRole('link', { name: 'Vaults' }).click()
  await view(tab.page, 'Vaults')
  await tab.page.goBack()
  await view(tab.page, 'API keys')
  await row('<b>laptop</b>').waitFor()
  expect(await tab.page.content()).not.toContain(key)

  await row('<b>laptop</b>').getByRole('button', { name: 'Revoke' }).click()
  await dialog().getByText(key.slice(0, 12)).waitFor()
  await dialog().getByRole('button', { name: 'Revoke the key' }).click()
  await said('You have no API key.')
  await expect(apiOf(server.url, key).call('account.me')).rejects.toMatchObject({ status: 401 })
  await tab.page.getByLabel('Show what is revoked or expired (1)').check()
  expect(await row('<b>laptop</b>').textContent()).toContain('revoked')
  expect(await row('<b>laptop</b>').getByRole('button').count()).toBe(0)
})

it('confines a key to paths', async () => {
  const { id: vault } = await client.call('vaults.create', { body: { name: 'production' } })
  for (const path of ['backup/key', 'prod/key'])
    await client.call('secrets.put', { params: { vault_id: vault, path }, body: { value: path } })
  await open()
  await button('New API key').click()
  await dialog().getByLabel('Name').fill('backup')
  await dialog().getByLabel('It reaches').selectOption({ label: 'Only some paths' })
  await dialog().getByRole('button', { name: 'Create' }).click()
  await said('Enter at least one path.')
  await dialog().getByLabel('Paths').fill('team:ops\nbackup//')
  await dialog().getByRole('button', { name: 'Create' }).click()
  await said('Line 2 is no pattern of paths')
  await dialog().getByLabel('Paths').fill('team:ops\nbackup/**')
  await dialog().getByRole('button', { name: 'Create' }).click()
  await tab.page.getByRole('heading', { name: 'The API key backup' }).waitFor()
  const holder = apiOf(server.url, (await tab.page.locator('.shared-value').textContent()) ?? '')
  const read = (path: string) => holder.call('secrets.get', { params: { vault_id: vault, path } })
  expect((await read('backup/key')).value).toBe('backup/key')
  await expect(read('prod/key')).rejects.toMatchObject({ status: 403 })
  await expect(holder.call('vaults.create', { body: { name: 'x' } })).rejects.toMatchObject({ status: 403 })
  expect(await row('backup').textContent()).toContain('backup/**')
  await button('I have stored it').click()
  expect(await tab.page.locator('.shared-value').count()).toBe(0)
})

it('tells of a key that somebody revoked meanwhile, and of one that ended', async () => {
  const { key } = await client.call('api-keys.create', { body: { name: 'twice' } })
  await client.call('api-keys.create', { body: { name: 'ended', expires_at: '2020-01-01T00:00:00Z' } })
  await open()
  await row('twice').getByRole('button', { name: 'Revoke' }).click()
  await client.call('api-keys.revoke', { params: { key_id: key.id } })
  await dialog().getByRole('button', { name: 'Revoke the key' }).click()
  await said('You have no API key.')
  await tab.page.getByLabel('Show what is revoked or expired (2)').check()
  expect(await row('ended').textContent()).toContain('expired')
  expect(await row('twice').textContent()).toContain('revoked')
})
