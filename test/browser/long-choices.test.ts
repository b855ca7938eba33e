import { expect } from 'vitest'
import { openSignedIn } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'

const MANY = 60

const it = consoleTests().extend('vault', { scope: 'file', auto: true }, async ({ client }) => {
  for (let number = 0; number < MANY; number++) {
    await client.call('agents.register', { body: { name: `bot-${number}` } })
    await client.call('vaults.create', { body: { name: `vault-${number}` } })
  }
  const { id } = await client.call('vaults.create', { body: { name: 'production' } })
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
  await dialog.getByText('11 listed.').waitFor()
  expect(await faultsOfAllLooks(page)).toEqual([])
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  expect(await who.inputValue()).toBe('bot-11')

  const where = dialog.getByRole('combobox', { name: 'Vault' })
  await where.click()
  await dialog.getByText(/match; the first 50 are listed/).waitFor()
  await page.keyboard.press('Escape')
  expect(await where.getAttribute('aria-expanded')).toBe('false')
  await dialog.waitFor()
  await where.fill('nothing of that kind')
  await dialog.getByText('Nothing matches “nothing of that kind”.').waitFor()
  await where.fill('vault-42')
  await dialog.getByRole('option', { name: 'vault-42' }).click()
  expect(await where.inputValue()).toBe('vault-42')

  await dialog.getByLabel('Paths', { exact: true }).fill('stripe/**')
  await dialog.getByText('bot-11 can read').waitFor()
  await dialog.getByRole('button', { name: 'Grant access' }).click()
  await page.getByText('It takes effect now.').waitFor()
  const { agents } = await client.call('agents.list')
  const { vaults } = await client.call('vaults.list')
  const chosen = vaults.find(({ name }) => name === 'vault-42')?.id ?? ''
  const { policies } = await client.call('policies.list', { params: { vault_id: chosen } })
  expect(policies).toMatchObject([
    { principal_id: agents.find(({ name }) => name === 'bot-11')?.id, secret_path_pattern: 'stripe/**' },
  ])
})
