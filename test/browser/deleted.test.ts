import { expect } from 'vitest'
import { apiOf, openSignedIn, view } from '../support/console.ts'
import { ownServerTests } from '../support/console-tests.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'

const it = ownServerTests()
  .extend('vault', { auto: true }, async ({ client }) => {
    const vault = (await client.call('vaults.create', { body: { name: 'production' } })).id
    for (const value of ['one\ntwo\nthree', 'one\n2\nthree'])
      await client.call('secrets.put', { params: { vault_id: vault, path: 'stripe/key' }, body: { value } })
    return vault
  })
  .extend('calls', ({ page }) => {
    const dialog = () => page.getByRole('dialog')
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    return { dialog, button }
  })

it('shows who read a secret before it is deleted, and restores it from the deleted ones', async ({
  server,
  page,
  person,
  client,
  vault,
  calls: { button, dialog },
}) => {
  const { agent, api_key: key } = await client.call('agents.register', { body: { name: 'deployer' } })
  await client.call('policies.create', {
    params: { vault_id: vault },
    body: { secret_path_pattern: '**', principal_type: 'agent', principal_id: agent.id, permissions: ['read'] },
  })
  await apiOf(server.url, key).call('secrets.get', { params: { vault_id: vault, path: 'stripe/key' } })
  await openSignedIn(page, `${server.url}/vaults/production/secrets/stripe/key`, person, 'stripe/key')
  await button('Delete').click()
  await dialog().getByText('deployer read it just now.').waitFor()
  await dialog().getByRole('button', { name: 'Delete' }).click()
  await view(page, 'stripe/')
  await page.getByRole('link', { name: 'production' }).click()
  await page.getByRole('link', { name: 'Deleted' }).click()
  const row = page.getByRole('row', { name: /^stripe\/key/ })
  await row.getByText(person.email).waitFor()
  await row.getByText('For 30 more days').waitFor()
  await expect.poll(() => row.getByText('For 30 more days').getAttribute('title')).toMatch(/^Until .*20\d\d/)
  expect(await faultsOfAllLooks(page)).toEqual([])
  await row.getByRole('button', { name: 'Restore stripe/key' }).click()
  await view(page, 'stripe/key')
  await page.getByRole('row', { name: 'Version 2' }).waitFor()
  await page.getByRole('row', { name: 'Version 1' }).waitFor()
})

it('restores a deleted secret at its own address', async ({ server, page, person, client, vault, calls: { button } }) => {
  await client.call('secrets.delete', { params: { vault_id: vault, path: 'stripe/key' } })
  await openSignedIn(page, `${server.url}/vaults/production/secrets/stripe/key`, person, 'stripe/key')
  await button('Restore').click()
  await page.getByRole('row', { name: 'Version 2' }).waitFor()
})

it('destroys what was deleted once its path is typed', async ({
  server,
  page,
  person,
  client,
  vault,
  calls: { button, dialog },
}) => {
  const params = { vault_id: vault, path: 'stripe/key' }
  await client.call('secrets.delete', { params })
  await openSignedIn(page, `${server.url}/vaults/production/deleted`, person, 'production')
  await button('Delete permanently stripe/key').click()
  await dialog().getByRole('button', { name: 'Delete permanently' }).click()
  await dialog().getByText('Type stripe/key exactly as shown.').waitFor()
  expect(await faultsOfAllLooks(page)).toEqual([])
  await dialog().getByLabel('Type stripe/key to confirm').fill('stripe/key')
  await dialog().getByRole('button', { name: 'Delete permanently' }).click()
  await page.getByText('Nothing was deleted recently.').waitFor()
  await expect(client.call('secrets.restore', { params })).rejects.toMatchObject({ status: 404 })
})

it('restores a deleted vault, or destroys it', async ({ server, page, person, client, vault, calls: { button, dialog } }) => {
  const { id: staging } = await client.call('vaults.create', { body: { name: 'staging' } })
  for (const vault_id of [vault, staging]) await client.call('vaults.delete', { params: { vault_id } })
  await openSignedIn(page, `${server.url}/vaults`, person, 'Vaults')
  await button('Restore the vault production').click()
  await page.getByRole('link', { name: 'production' }).waitFor()
  await button('Delete permanently the vault staging').click()
  expect(await faultsOfAllLooks(page)).toEqual([])
  await dialog().getByLabel('Type staging to confirm').fill('staging')
  await dialog().getByRole('button', { name: 'Delete permanently' }).click()
  await page.getByRole('heading', { name: 'Deleted vaults' }).waitFor({ state: 'detached' })
  expect((await client.call('vaults.deleted')).vaults).toEqual([])
})

it('compares two versions with one click, logs both reads, and restores the older as the next', async ({
  server,
  page,
  person,
  client,
  vault,
  calls: { button, dialog },
}) => {
  await openSignedIn(page, `${server.url}/vaults/production/secrets/stripe/key`, person, 'stripe/key')
  await button('Show more actions of version 1').click()
  await button('Compare version 1').click()
  await expect.poll(() => dialog().getByText('two').count()).toBe(0)
  await dialog().getByRole('button', { name: 'Reveal both' }).click()
  await dialog().getByRole('listitem').filter({ hasText: 'Only in version 1: two' }).waitFor()
  await dialog().getByRole('listitem').filter({ hasText: 'Only in version 2: 2' }).waitFor()
  expect(await faultsOfAllLooks(page)).toEqual([])
  const { events } = await client.call('audit.events', { query: { action: 'secret.read' } })
  expect(events.map(({ details }) => details?.['version']).toSorted()).toEqual([1, 2])
  await dialog().getByRole('button', { name: 'Close' }).click()
  await button('Show more actions of version 1').click()
  await button('Restore version 1').click()
  await dialog().getByText('saved as version 3').waitFor()
  await dialog().getByRole('button', { name: 'Restore' }).click()
  await page.getByRole('row', { name: 'Version 3' }).waitFor()
  const { value } = await client.call('secrets.get', { params: { vault_id: vault, path: 'stripe/key' } })
  expect(value).toBe('one\ntwo\nthree')
})
