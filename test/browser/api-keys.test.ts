import { expect } from 'vitest'
import { apiOf, openSignedIn, view } from '../support/console.ts'
import { guestTests } from '../support/console-tests.ts'

const it = guestTests().extend('calls', ({ server, page, person }) => {
  const button = (name: string) => page.getByRole('button', { name, exact: true })
  const dialog = () => page.getByRole('dialog')
  const said = (text: string) => page.getByText(text).first().waitFor()
  const row = (name: string) => page.getByRole('row', { name })
  const open = () => openSignedIn(page, `${server.url}/api-keys`, person, 'API keys')
  return { button, dialog, said, row, open }
})

it('creates a key that is shown once, and revokes it', async ({
  server,
  page,
  person,
  calls: { open, said, button, dialog, row },
}) => {
  await open()
  await said('No API keys yet.')
  await button('New API key').click()
  await dialog().getByRole('button', { name: 'Create' }).click()
  await said('Enter a name.')
  await dialog().getByLabel('Name').fill('<b>laptop</b>')
  await dialog().getByLabel('Expires (optional)').fill('2020-01-01')
  await dialog().getByRole('button', { name: 'Create' }).click()
  await said('Choose a day in the future.')
  await dialog().getByLabel('Expires (optional)').fill('2999-12-31')
  await dialog().getByRole('button', { name: 'Create' }).click()
  await page.getByRole('heading', { name: 'The API key <b>laptop</b>' }).waitFor()
  const key = (await page.locator('.shared-value').textContent()) ?? ''
  expect(key).toMatch(/^1ck_/)
  expect((await apiOf(server.url, key).call('account.me')).email).toBe(person.email)
  await expect.poll(() => row('<b>laptop</b>').textContent()).toContain('until 31 Dec 2999')
  await said(`export ONECLAW_API_KEY=${key.slice(0, 8)}…`)

  await page.getByRole('link', { name: 'Vaults' }).click()
  await view(page, 'Vaults')
  await page.goBack()
  await view(page, 'API keys')
  await row('<b>laptop</b>').waitFor()
  expect(await page.content()).not.toContain(key)

  await row('<b>laptop</b>').getByRole('button', { name: 'Revoke' }).click()
  await dialog().getByText(key.slice(0, 12)).waitFor()
  await dialog().getByRole('button', { name: 'Revoke' }).click()
  await said('No active API keys.')
  await expect(apiOf(server.url, key).call('account.me')).rejects.toMatchObject({ status: 401 })
  await page.getByLabel('Show revoked and expired keys (1)').check()
  await expect.poll(() => row('<b>laptop</b>').textContent()).toContain('revoked')
  await expect.poll(() => row('<b>laptop</b>').getByRole('button').count()).toBe(0)
})

it('creates a key that is confined to paths', async ({ server, page, client, calls: { open, button, dialog, said, row } }) => {
  const { id: vault } = await client.call('vaults.create', { body: { name: 'production' } })
  for (const path of ['backup/key', 'prod/key'])
    await client.call('secrets.put', { params: { vault_id: vault, path }, body: { value: path } })
  await open()
  await button('New API key').click()
  await dialog().getByLabel('Name').fill('backup')
  await dialog().getByLabel('Access').selectOption({ label: 'Only some paths' })
  await dialog().getByRole('button', { name: 'Create' }).click()
  await said('Enter at least one path.')
  await dialog().getByLabel('Paths').fill('team:ops\nbackup//')
  await dialog().getByRole('button', { name: 'Create' }).click()
  await said('Line 2 must use only letters, digits, - _ . and single slashes')
  await dialog().getByLabel('Paths').fill('team:ops\nbackup/**')
  await dialog().getByRole('button', { name: 'Create' }).click()
  await page.getByRole('heading', { name: 'The API key backup' }).waitFor()
  const holder = apiOf(server.url, (await page.locator('.shared-value').textContent()) ?? '')
  const read = (path: string) => holder.call('secrets.get', { params: { vault_id: vault, path } })
  expect((await read('backup/key')).value).toBe('backup/key')
  await expect(read('prod/key')).rejects.toMatchObject({ status: 403 })
  await expect(holder.call('vaults.create', { body: { name: 'x' } })).rejects.toMatchObject({ status: 403 })
  await expect.poll(() => row('backup').textContent()).toContain('backup/**')
  await button('I’ve saved it').click()
  await expect.poll(() => page.locator('.shared-value').count()).toBe(0)
})

it('reports a key that was revoked elsewhere, and one that expired', async ({
  page,
  client,
  calls: { open, row, dialog, said },
}) => {
  const { key } = await client.call('api-keys.create', { body: { name: 'twice' } })
  const end = Date.now() + 2000
  await client.call('api-keys.create', { body: { name: 'ended', expires_at: new Date(end).toISOString() } })
  await expect.poll(() => Date.now(), { timeout: 10_000 }).toBeGreaterThan(end)
  await open()
  await row('twice').getByRole('button', { name: 'Revoke' }).click()
  await client.call('api-keys.revoke', { params: { key_id: key.id } })
  await dialog().getByRole('button', { name: 'Revoke' }).click()
  await said('No active API keys.')
  await page.getByLabel('Show revoked and expired keys (2)').check()
  await expect.poll(() => row('ended').textContent()).toContain('expired')
  await expect.poll(() => row('twice').textContent()).toContain('revoked')
})

it('rotates a key: both work, and the list shows which is old and from where it was used', async ({
  server,
  page,
  person,
  client,
  calls: { open, row, dialog, said },
}) => {
  const { api_key: old } = await client.call('api-keys.create', { body: { name: 'ci' } })
  await apiOf(server.url, old).call('account.me')
  await open()
  await row('ci').getByRole('button', { name: 'Rotate' }).click()
  await dialog().getByLabel('The old key').selectOption({ label: 'Keeps working for 1 day' })
  await dialog().getByRole('button', { name: 'Rotate' }).click()
  await said('The old key keeps working for 1 day.')
  const key = (await page.locator('.shared-value').textContent()) ?? ''
  for (const each of [old, key]) expect((await apiOf(server.url, each).call('account.me')).email).toBe(person.email)
  const oldRow = row(old.slice(0, 12))
  await oldRow.getByText('Old', { exact: true }).waitFor()
  await expect.poll(() => oldRow.textContent()).toContain('from 127.0.0.1')
  await expect.poll(() => oldRow.getByRole('button', { name: 'Rotate' }).count()).toBe(0)
  await expect.poll(() => row(key.slice(0, 12)).textContent()).toContain('from 127.0.0.1')
  await said(`printf %s ${key.slice(0, 8)}… | gh secret set ONECLAW_API_KEY`)
  await oldRow.getByRole('button', { name: 'Revoke' }).click()
  await dialog().getByRole('button', { name: 'Revoke' }).click()
  await oldRow.waitFor({ state: 'detached' })
  await expect(apiOf(server.url, old).call('account.me')).rejects.toMatchObject({ status: 401 })
  expect((await apiOf(server.url, key).call('account.me')).email).toBe(person.email)
})
