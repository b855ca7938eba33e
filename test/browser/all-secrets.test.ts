import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { openSignedIn, view } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'

const DAY_MS = 86_400_000

const it = consoleTests()
  .extend('vault', { scope: 'file', auto: true }, async ({ client }) => {
    const vault = (await client.call('vaults.create', { body: { name: 'production' } })).id
    const { id: staging } = await client.call('vaults.create', { body: { name: 'staging' } })
    const put = (vault_id: string, path: string, more: { expires_at?: string; max_access_count?: number } = {}) =>
      client.call('secrets.put', { params: { vault_id, path }, body: { value: 'v', ...more } })
    for (let number = 0; number < 120; number++) await put(staging, `many/${number}`)
    await put(vault, 'db/url', { expires_at: new Date(Date.now() + 3 * DAY_MS).toISOString() })
    await put(vault, 'stripe/key', { max_access_count: 5 })
    await client.call('agents.register', { body: { name: 'deployer' } })
    return vault
  })
  .extend('calls', ({ tab }) => {
    const rows = () => tab.page.getByRole('table', { name: 'Secrets' }).locator('tbody tr')
    return { rows }
  })

it('finds secrets of all vaults by text and by facets, which the address keeps', async ({
  server,
  tab,
  person,
  calls: { rows },
}) => {
  const { page } = tab
  await openSignedIn(page, `${server.url}/secrets`, person, 'Secrets')
  await page.getByText('122 secrets').waitFor()
  await expect.poll(() => rows().count()).toBe(100)
  await page.getByRole('button', { name: 'Expires in 7 days' }).click()
  await page.getByText('1 of 122 secrets').waitFor()
  await page.getByRole('link', { name: 'db/url', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Expires in 7 days' }).click()
  await page.getByLabel('Search all secrets').fill('many/11')
  await page.getByText('11 of 122 secrets').waitFor()
  await page.waitForURL(/q=many/)
  await page.reload()
  await view(page, 'Secrets')
  await page.getByText('11 of 122 secrets').waitFor()
})

it('starts a new secret in the vault that is chosen', async ({ server, tab: { page }, person }) => {
  await openSignedIn(page, `${server.url}/secrets`, person, 'Secrets')
  await page.getByRole('button', { name: 'New secret' }).click()
  const choice = page.getByRole('dialog', { name: 'New secret' })
  await choice.getByLabel('Vault').selectOption('staging')
  await choice.getByRole('button', { name: 'Continue' }).click()
  await view(page, 'staging')
  await page.getByRole('dialog', { name: 'New secret' }).getByLabel('Path').waitFor()
})

it('has room for six rows and more on a small screen', async ({ server, tab: { page }, person, calls: { rows } }) => {
  await page.setViewportSize({ width: 1280, height: 820 })
  await openSignedIn(page, `${server.url}/secrets`, person, 'Secrets')
  await page.getByText('122 secrets').waitFor()
  const seventh = await rows().nth(6).boundingBox()
  expect(seventh?.y).toBeLessThan(820)
})

it('opens a secret from its square by keyboard', async ({ server, tab, person, vault }) => {
  const { page } = tab
  await openSignedIn(page, `${server.url}/secrets?vault=${vault}`, person, 'Secrets')
  await page.getByRole('button', { name: 'Show map' }).click()
  const squares = page.getByRole('group', { name: /values are older than 90 days/ })
  await squares.getByRole('link', { name: /^db\/url in production/ }).focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await view(page, 'stripe/key')
})

it('filters picture and list together by the legend of the map, which the address keeps', async ({
  server,
  tab: { page },
  person,
  calls: { rows },
}) => {
  await openSignedIn(page, `${server.url}/secrets`, person, 'Secrets')
  await page.getByRole('button', { name: 'Show map' }).click()
  const ending = page.getByRole('button', { name: 'expires within 30 days 1', pressed: false })
  await page.getByRole('button', { name: 'up to 7 days 122', pressed: false }).waitFor()
  await page.getByText('staging', { exact: true }).first().waitFor()
  await expect.poll(() => page.locator('.heat-squares path').count()).toBeLessThan(20)
  await ending.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'expires within 30 days 1', pressed: true }).waitFor()
  await page.getByText('1 of 122 secrets').waitFor()
  await expect.poll(() => rows().count()).toBe(1)
  await page
    .getByRole('group', { name: /^0 % of 1 value is older/ })
    .getByRole('link', { name: /^db\/url in production/ })
    .click()
  await view(page, 'db/url')
  await page.goBack()
  await page.getByRole('button', { name: 'expires within 30 days 1', pressed: true }).waitFor()
  await page.getByText('1 of 122 secrets').waitFor()
  await page.getByRole('button', { name: 'older 0', pressed: false }).click()
  await page.getByText('0 of 122 secrets').waitFor()
  await page.getByRole('button', { name: 'Hide map' }).click()
  await page.getByText('122 secrets', { exact: true }).waitFor()
  await expect.poll(() => new URL(page.url()).search).toBe('')
})

it('goes with the arrows from folder to folder of the map, and opens the square under the pointer', async ({
  server,
  tab: { page },
  person,
  vault,
}) => {
  await openSignedIn(page, `${server.url}/secrets?map=all`, person, 'Secrets')
  const link = page.locator('.heat-frame').getByRole('link')
  await link.focus()
  await expect.poll(() => link.getAttribute('aria-label')).toMatch(/^db\/url in production/)
  await page.keyboard.press('ArrowDown')
  await expect.poll(() => link.getAttribute('aria-label')).toMatch(/^stripe\/key in production/)
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => page.locator('.heat-frame a:focus').getAttribute('aria-label')).toMatch(/^many\/0 in staging/)
  await page.keyboard.press('ArrowUp')
  await expect.poll(() => link.getAttribute('aria-label')).toMatch(/^stripe\/key in production/)
  await page.getByRole('group', { name: 'many/' }).hover({ position: { x: 24 * 2 + 12, y: 12 } })
  await expect.poll(() => link.getAttribute('aria-label')).toMatch(/^many\/10 in staging/)
  await page.getByText(/^many\/10 in staging: less than a day old/).waitFor()
  await link.click()
  await view(page, 'many/10')
  await page.goto(`${server.url}/vaults/${vault}`)
  await view(page, 'production')
  await page.getByText('0 % of 2 values are older than 90 days; 1 expires within 30 days.').waitFor()
  const asked = page.waitForRequest(request => new URL(request.url()).pathname === '/v1/secrets')
  await page.getByRole('button', { name: 'Show map' }).click()
  expect(new URL((await asked).url()).searchParams.get('vault_id')).toBe(vault)
  await page.getByRole('button', { name: 'expires within 30 days 1' }).click()
  await page.getByText('1 of 2 secrets').waitFor()
  await page.getByRole('table', { name: 'Secrets' }).getByRole('link', { name: 'db/url' }).waitFor()
})

it('grants access to the selection, and deletes it with a way to undo', async ({ server, tab, person, vault }) => {
  const { page } = tab
  await openSignedIn(page, `${server.url}/secrets?vault=${vault}`, person, 'Secrets')
  await page.getByRole('button', { name: 'Select this page' }).click()
  await page.getByText('2 secrets selected.').waitFor()
  await page.getByRole('button', { name: 'Grant access' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Who').selectOption('deployer')
  await dialog.getByText('deployer can read 2 secrets in production now, until removed.').waitFor()
  await dialog.getByRole('button', { name: 'Grant access' }).click()
  await page.getByText('deployer has access to').waitFor()
  await page.getByRole('checkbox', { name: 'Select db/url in production' }).check()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('1 secret deleted.').waitFor()
  await page.getByText('1 of 121 secrets').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('2 of 122 secrets').waitFor()
})

it('imports a .env file at once, after showing what would change', async ({ server, tab, person, client, vault }) => {
  const { page } = tab
  await client.call('secrets.put', { params: { vault_id: vault, path: 'app/SAME' }, body: { value: 'same' } })
  await client.call('secrets.put', { params: { vault_id: vault, path: 'app/OTHER' }, body: { value: 'before' } })
  await openSignedIn(page, `${server.url}/secrets`, person, 'Secrets')
  await page.getByRole('button', { name: 'Import' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Vault').selectOption('production')
  await dialog.getByLabel('Folder (optional)').fill('app')
  await dialog.getByLabel('A .env or JSON file').fill('NEW=1\nSAME=same\nOTHER="after"\n')
  await dialog.getByRole('button', { name: 'Preview' }).click()
  await dialog.getByText('1 new, 1 changed, 1 the same.').waitFor()
  await dialog.getByRole('button', { name: 'Save 2 secrets' }).click()
  await page.getByText('2 secrets saved in production.').waitFor()
  const { value, version } = await client.call('secrets.get', { params: { vault_id: vault, path: 'app/OTHER' } })
  expect([value, version]).toEqual(['after', 2])
  expect(tab.violations).toEqual([])
})

it('imports a folder: its lists, and every other file as a secret', async ({ server, tab, person, client, vault }) => {
  const { page } = tab
  const folder = mkdtempSync(join(tmpdir(), '1claw-import-'))
  mkdirSync(join(folder, 'tls'))
  writeFileSync(join(folder, '.env'), 'TOKEN=1\n')
  writeFileSync(join(folder, 'tls', 'server.key'), 'KEY\n')
  await openSignedIn(page, `${server.url}/secrets`, person, 'Secrets')
  await page.getByRole('button', { name: 'Import' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Vault').selectOption('production')
  await dialog.getByLabel('Folder (optional)').fill('folder')
  await dialog.getByLabel('Or choose a folder').setInputFiles(folder)
  await dialog.getByText('2 files of the folder.').waitFor()
  await dialog.getByRole('button', { name: 'Preview' }).click()
  await dialog.getByText('2 new, 0 changed, 0 the same.').waitFor()
  await dialog.getByRole('button', { name: 'Save 2 secrets' }).click()
  await page.getByText('2 secrets saved in production.').waitFor()
  const { value } = await client.call('secrets.get', { params: { vault_id: vault, path: 'folder/tls/server.key' } })
  expect(value).toBe('KEY\n')
  rmSync(folder, { recursive: true })
})

it('renames a vault', async ({ server, tab, person }) => {
  const { page } = tab
  await openSignedIn(page, `${server.url}/vaults`, person, 'Vaults')
  await page.getByRole('button', { name: 'Edit the vault staging' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('production')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.getByText('A vault with this name already exists.').waitFor()
  await page.getByRole('dialog').getByLabel('Name').fill('qa')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.getByRole('link', { name: 'qa', exact: true }).waitFor()
})
