import { expect } from 'vitest'
import { openSignedIn } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'

const MANY = 300
const PATHS = 700

const it = consoleTests().extend('vault', { scope: 'file', auto: true }, async ({ client }) => {
  const numbers = Array.from({ length: MANY }, (_, number) => number)
  const make = async (number: number) => {
    await client.call('agents.register', { body: { name: `bot-${number}` } })
    const { id } = await client.call('vaults.create', { body: { name: `vault-${number}` } })
    await client.call('secrets.put', { params: { vault_id: id, path: `own/${number}` }, body: { value: 'v' } })
  }
  for (let from = 0; from < MANY; from += 20) await Promise.all(numbers.slice(from, from + 20).map(make))
  const { id } = await client.call('vaults.create', { body: { name: 'production' } })
  const secrets = Array.from({ length: PATHS }, (_, number) => ({ path: `many/${String(number).padStart(4, '0')}`, value: 'v' }))
  for (const part of [secrets.slice(0, 200), secrets.slice(200, 400), secrets.slice(400, 600), secrets.slice(600)]) {
    await client.call('secrets.put-many', { params: { vault_id: id }, body: { secrets: part } })
  }
  await client.call('secrets.put', { params: { vault_id: id, path: 'stripe/key' }, body: { value: 'v' } })
  return id
})

it('one of many agents and vaults is found by typing a part of its name, by keyboard alone', async ({
  server,
  tab,
  person,
  client,
  vault,
}) => {
  const { page } = tab
  await openSignedIn(page, `${server.url}/vaults/${vault}/policies`, person, 'production')
  await page.getByRole('button', { name: 'Grant access' }).click()
  const dialog = page.getByRole('dialog')
  const who = dialog.getByRole('combobox', { name: 'Who' })
  await who.focus()
  await page.keyboard.type('BOT-1')
  await dialog.getByText(/^111 match; the first 50 are listed/).waitFor()
  await page.keyboard.type('1')
  await dialog.getByText('11 listed.').waitFor()
  expect(await faultsOfAllLooks(page)).toEqual([])
  await page.setViewportSize({ width: 1280, height: 800 })
  // The audit moved the focus, which closed the list.
  await who.fill('BOT-11')
  await dialog.getByText('11 listed.').waitFor()
  const third = (await dialog.locator('.result-label').nth(2).textContent()) ?? ''
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect.poll(() => who.inputValue()).toBe(third)

  const where = dialog.getByRole('combobox', { name: 'Vault' })
  await where.click()
  await dialog.getByText(/match; the first 50 are listed/).waitFor()
  await page.keyboard.press('Escape')
  await expect.poll(() => where.getAttribute('aria-expanded')).toBe('false')
  await dialog.waitFor()
  await where.fill('nothing of that kind')
  await dialog.getByText('Nothing matches “nothing of that kind”.').waitFor()
  await where.fill('vault-42')
  await dialog.getByRole('option', { name: 'vault-42' }).click()
  await expect.poll(() => where.inputValue()).toBe('vault-42')

  await dialog.getByLabel('Paths', { exact: true }).fill('stripe/**')
  await dialog.getByText(`${third} can read`).waitFor()
  await dialog.getByRole('button', { name: 'Grant access' }).click()
  await page.getByText('It takes effect now.').waitFor()
  const { agents } = await client.call('agents.list')
  const { vaults } = await client.call('vaults.list')
  const chosen = vaults.find(({ name }) => name === 'vault-42')?.id ?? ''
  const { policies } = await client.call('policies.list', { params: { vault_id: chosen } })
  expect(policies).toMatchObject([
    { principal_id: agents.find(({ name }) => name === third)?.id, secret_path_pattern: 'stripe/**' },
  ])
})

it('a vault to filter all secrets by is found by typing a part of its name', async ({ server, page, person }) => {
  await openSignedIn(page, `${server.url}/secrets`, person, 'Secrets')
  const vault = page.getByRole('combobox', { name: 'Vault' })
  await vault.focus()
  await page.keyboard.type('vault-271')
  await page.getByText('1 listed.').waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/vault=/)
  await page.getByText('1 of 1,001 secrets').waitFor()
  await page.getByRole('link', { name: 'own/271', exact: true }).waitFor()
  await vault.fill('all')
  await page.keyboard.press('Enter')
  await page.getByText('1,001 secrets', { exact: true }).waitFor()
})

it('a path beyond the first few hundred is suggested where access is checked', async ({ server, page, person, vault }) => {
  await openSignedIn(page, `${server.url}/vaults/${vault}/policies`, person, 'production')
  const panel = page.getByRole('region', { name: 'Check access' })
  await panel.getByLabel('Path', { exact: true }).fill('0642')
  const suggestions = () =>
    page.evaluate<string[]>(`[...document.querySelectorAll('#paths-of-the-vault option')].map(({ value }) => value)`)
  await expect.poll(suggestions).toEqual(['many/0642'])
})
