/** The daily tasks, with the number of clicks, entries and keys that each takes from a signed-in overview. */
import type { Locator, Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import type { Client } from '../../src/client/client.ts'
import { apiOf, openSignedIn, view } from '../support/console.ts'
import { ownServerTests } from '../support/console-tests.ts'

const it = ownServerTests().extend('vault', { auto: true }, async ({ client, page, server, person }) => {
  const vault = (await client.call('vaults.create', { body: { name: 'production' } })).id
  for (const path of ['stripe/webhook', 'stripe/secret-key', 'db/password'])
    await client.call('secrets.put', { params: { vault_id: vault, path }, body: { value: 'v' } })
  await deployerAtWork(client, server.url, vault)
  await openSignedIn(page, server.url, person, 'Overview')
  return vault
})

/** An agent that read twice, and was denied once. */
async function deployerAtWork(client: Client, url: string, vault: string) {
  const { agent, api_key: key } = await client.call('agents.register', { body: { name: 'deployer' } })
  await client.call('policies.create', {
    params: { vault_id: vault },
    body: { secret_path_pattern: 'stripe/*', principal_type: 'agent', principal_id: agent.id, permissions: ['read'] },
  })
  const read = (path: string) => apiOf(url, key).call('secrets.get', { params: { vault_id: vault, path } })
  for (let times = 0; times < 2; times++) await read('stripe/secret-key')
  await read('db/password').catch(() => {})
  await vi.waitFor(
    async () => expect((await client.call('audit.events', { query: { outcome: 'denied' } })).events).toHaveLength(1),
    15_000,
  )
}

/** A person's hands: each action is counted, waiting is not. */
function hands(page: Page) {
  let actions = 0
  const act = <T>(done: Promise<T>) => {
    actions++
    return done
  }
  return {
    follow: (name: string | RegExp) => act(page.getByRole('link', { name }).first().click()),
    press: (name: string | RegExp, within: Locator = page.locator('body')) =>
      act(within.getByRole('button', { name }).first().click()),
    check: (name: string) => act(page.getByRole('checkbox', { name }).check()),
    select: (label: string, option: string) => act(page.getByLabel(label).selectOption(option)),
    key: (keys: string) => act(page.keyboard.press(keys)),
    type: (text: string) => act(page.keyboard.type(text)),
    actions: () => actions,
  }
}

it('a person finds a secret by half its name, with a typo, in three steps', async ({ page }) => {
  const { key, type, actions } = hands(page)
  await key('Control+k')
  await page.getByRole('combobox').waitFor()
  await type('webhok')
  await page.getByRole('option', { selected: true }).getByText('stripe/webhook').waitFor()
  await key('Enter')
  await view(page, 'stripe/webhook')
  expect(actions()).toBeLessThanOrEqual(3)
})

it('a person sees who can read a secret, and why, in two steps', async ({ page }) => {
  const { follow, actions } = hands(page)
  await follow('Secrets')
  await view(page, 'Secrets')
  await follow('stripe/secret-key')
  const row = page.getByRole('table', { name: 'Who can read it' }).getByRole('row', { name: /^deployer/ })
  await row.getByText('stripe/*').first().waitFor()
  expect(actions()).toBeLessThanOrEqual(2)
})

it('a person grants an agent three paths in two vaults in seven steps', async ({ page, client, vault }) => {
  const { id: staging } = await client.call('vaults.create', { body: { name: 'staging' } })
  await client.call('secrets.put', { params: { vault_id: staging, path: 'app/token' }, body: { value: 'v' } })
  const { follow, press, check, select, actions } = hands(page)
  await follow('Secrets')
  await view(page, 'Secrets')
  await check('Select db/password in production')
  await check('Select stripe/webhook in production')
  await check('Select app/token in staging')
  await press('Grant access')
  await select('Who', 'deployer')
  await page.getByText('deployer can read 2 secrets in production and 1 in staging now, until removed.').waitFor()
  await press('Grant access', page.getByRole('dialog'))
  await page.getByText('deployer has access to').waitFor()
  expect(actions()).toBeLessThanOrEqual(7)
  const granted = async (vault_id: string) =>
    (await client.call('policies.list', { params: { vault_id } })).policies.map(each => each.secret_path_pattern)
  expect((await granted(vault)).toSorted()).toEqual(['db/password', 'stripe/*', 'stripe/webhook'])
  expect(await granted(staging)).toEqual(['app/token'])
})

it('a person sees why a read was denied in two steps', async ({ page }) => {
  const { follow, press, actions } = hands(page)
  await follow(/^Why\?/)
  await view(page, 'Audit')
  await press(/secret\.read/)
  await page.getByText('No policy granted this.').waitFor()
  expect(actions()).toBeLessThanOrEqual(2)
})

it('a person sees what an agent did this week in two steps', async ({ page }) => {
  const { follow, actions } = hands(page)
  await follow('Agents')
  await view(page, 'Agents')
  await follow('deployer')
  await page.getByText('Read 1 path in 1 vault this week: 2 reads and 1 denial.').waitFor()
  expect(actions()).toBeLessThanOrEqual(2)
})

it('a person restores a deleted secret in three steps', async ({ page, client, vault }) => {
  const params = { vault_id: vault, path: 'stripe/secret-key' }
  await client.call('secrets.delete', { params })
  const { follow, press, actions } = hands(page)
  await follow('Secrets')
  await follow('Deleted')
  await press('Restore stripe/secret-key')
  await view(page, 'stripe/secret-key')
  await page.getByRole('row', { name: 'Version 1' }).waitFor()
  expect(actions()).toBeLessThanOrEqual(3)
  expect((await client.call('secrets.get', { params })).value).toBe('v')
})

it('a person exports the audit log in two steps', async ({ page }) => {
  const { follow, press, actions } = hands(page)
  await follow('Audit')
  await view(page, 'Audit')
  const saved = page.waitForEvent('download')
  await press('Export as CSV')
  expect((await saved).suggestedFilename()).toBe('1claw-audit.csv')
  expect(actions()).toBeLessThanOrEqual(2)
})
