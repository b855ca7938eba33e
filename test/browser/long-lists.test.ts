import { expect } from 'vitest'
import { secretTests } from '../support/scenes/secret-pages.ts'

const it = secretTests()

it('all secrets that a word finds are listed page by page, and the address keeps the page', async ({
  page,
  client,
  vault,
  calls: { openVault, rows },
}) => {
  const secrets = Array.from({ length: 130 }, (_, at) => ({ path: `many/key-${at}`, value: 'v' }))
  await client.call('secrets.put-many', { params: { vault_id: vault }, body: { secrets } })
  await openVault()
  await page.getByLabel('Search this vault').fill('key')
  await page.getByText('130 of 130 secrets').waitFor()
  await expect.poll(async () => (await rows()).length).toBe(100)
  await page.getByRole('button', { name: 'Next' }).click()
  await expect.poll(async () => (await rows()).length).toBe(30)
  await page.waitForURL(/q=key&page=2/)
  await page.reload()
  await page.getByText('Page 2 of 2').waitFor()
  expect((await rows()).length).toBe(30)
})

it('thousands of secrets are counted in groups of three digits', async ({ client, page, vault, calls: { openVault } }) => {
  for (const part of [0, 1, 2]) {
    const secrets = Array.from({ length: 400 }, (_, at) => ({ path: `part-${part}/key-${at}`, value: 'v' }))
    await client.call('secrets.put-many', { params: { vault_id: vault }, body: { secrets } })
  }
  await openVault()
  await page.getByText(/^1,\d{3} secrets, last written/).waitFor()
  await page.getByLabel('Search this vault').fill('part-')
  await page.getByText(/^1,200 of 1,\d{3} secrets$/).waitFor()
})
