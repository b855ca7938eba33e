import { describe, expect } from 'vitest'
import type { Input } from '../../src/client/client.ts'
import { apiOf, joined, openSignedIn, view } from '../support/console.ts'
import { guestTests } from '../support/console-tests.ts'

const EXPIRES = '2999-01-01T00:00:00Z'

const VALUE = '<b>canary</b>\n& "value"'

type Sharing = Omit<Input<'shares.create'>['body'], 'expires_at'>

const it = guestTests()
  .extend('secret', { auto: true }, async ({ client }) => {
    const { id: vault } = await client.call('vaults.create', { body: { name: 'production' } })
    const secret = (await client.call('secrets.put', { params: { vault_id: vault, path: 'prod/db' }, body: { value: VALUE } })).id
    return secret
  })
  .extend('calls', ({ page, client, secret }) => {
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    const dialog = () => page.getByRole('dialog')
    const said = (text: string) => page.getByText(text).first().waitFor()
    const row = () => page.getByRole('row', { name: /prod\/db/ })
    const share = (body: Sharing) =>
      client.call('shares.create', { params: { secret_id: secret }, body: { expires_at: EXPIRES, ...body } })
    return { button, dialog, said, row, share }
  })

describe('a share that a person receives', () => {
  it('is accepted and opened at a click, with its passphrase, as often as allowed', async ({
    server,
    page,
    person: owner,
    client,
    calls: { share, row, button, said, dialog },
  }) => {
    const member = await joined(server, client, 'member')
    await share({ recipient_type: 'user', recipient_id: member.id, max_access_count: 2, passphrase: 'öffne dich' })
    await openSignedIn(page, `${server.url}/shares`, member.person, 'Sharing')
    for (const fact of [owner.email, 'new', '2 of 2', 'until 1 Jan 2999'])
      await expect.poll(() => row().textContent()).toContain(fact)
    await button('Accept').click()
    await said('You accepted prod/db.')
    await row().getByRole('link', { name: 'Open' }).click()
    await view(page, 'A secret is shared with you')
    await said(owner.email)
    expect(await page.content()).not.toContain('canary')
    await page.getByLabel('Passphrase').fill('wrong')
    await button('Reveal').click()
    await said('The passphrase is wrong.')
    await page.getByLabel('Passphrase').fill('öffne dich')
    await button('Reveal').click()
    await view(page, 'The secret')
    await expect.poll(() => page.locator('.shared-value').textContent()).toBe(VALUE)

    await page.getByRole('navigation', { name: 'Breadcrumb' }).getByRole('link', { name: 'Sharing' }).click()
    await view(page, 'Sharing')
    expect(await page.content()).not.toContain('canary')
    await row().getByText('1 of 2').waitFor()
    await row().getByRole('link', { name: 'Open' }).click()
    await page.getByLabel('Passphrase').fill('öffne dich')
    await button('Reveal').click()
    await said('No, this was the last time')
    await page.goBack()
    await row().getByText('used up').waitFor()
    await button('Remove').click()
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await said('No secrets are shared with you.')
  })

  it('is declined, and the sharer sees that', async ({
    server,
    tab,
    page,
    person: owner,
    client,
    calls: { share, button, dialog, said },
  }) => {
    const member = await joined(server, client, 'member')
    const made = await share({ recipient_type: 'user', recipient_id: member.id })
    await openSignedIn(page, `${server.url}/shares`, member.person, 'Sharing')
    await button('Decline').click()
    await dialog().getByRole('button', { name: 'Decline' }).click()
    await said('No secrets are shared with you.')
    await tab.context.clearCookies()
    await openSignedIn(page, `${server.url}/shares/outbound`, owner, 'Sharing')
    const declined = page.getByRole('row').filter({ hasText: member.person.email })
    await declined.getByText('declined').waitFor()
    await client.call('shares.revoke', { params: { share_id: made.id } })
  })

  it('can be revoked between two clicks', async ({ server, page, client, calls: { share, row, button, said } }) => {
    const member = await joined(server, client, 'member')
    const made = await share({ recipient_type: 'user', recipient_id: member.id })
    await openSignedIn(page, `${server.url}/shares`, member.person, 'Sharing')
    await row().waitFor()
    await client.call('shares.revoke', { params: { share_id: made.id } })
    await button('Accept').click()
    await said('There is no share with this id.')
    await said('No secrets are shared with you.')
    await page.goto(`${server.url}/shares/${made.id}`)
    await view(page, 'Share not found')
  })
})

describe('a share that a person sends', () => {
  it('is listed with the name of its recipient, what is left of it, and a link', async ({
    server,
    tab,
    page,
    person: owner,
    client,
    calls: { share, dialog, said },
  }) => {
    await tab.context.grantPermissions(['clipboard-read', 'clipboard-write'])
    const member = await joined(server, client, 'member')
    const { agent } = await client.call('agents.register', { body: { name: '<i>bot</i>' } })
    const link = await share({ recipient_type: 'anyone_with_link', max_access_count: 1 })
    await share({ recipient_type: 'user', recipient_id: member.id })
    await share({ recipient_type: 'agent', recipient_id: agent.id })
    await share({ recipient_type: 'external_email', email: 'grace@example.org' })
    await openSignedIn(page, `${server.url}/shares/outbound`, owner, 'Sharing')
    const table = page.getByRole('table')
    for (const name of [member.person.email, 'The agent <i>bot</i>', 'grace@example.org', 'Anyone with the link'])
      await expect.poll(() => table.textContent()).toContain(name)
    const open = page.getByRole('row').filter({ hasText: 'Anyone with the link' })
    await expect.poll(() => open.textContent()).toContain('1 of 1')
    await open.getByRole('button', { name: /Copy link/ }).click()
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(link.share_url)
    await open.getByRole('button', { name: 'QR code' }).click()
    await dialog().getByRole('img', { name: 'QR code of the link to prod/db' }).waitFor()
    await dialog().getByText(link.share_url).waitFor()
    await dialog().getByRole('button', { name: 'Close' }).click()

    await apiOf(server.url).call('shares.open', { params: { share_id: link.id } })
    await page.getByRole('link', { name: 'With me' }).click()
    await said('No secrets are shared with you.')
    await page.getByRole('link', { name: 'By me' }).click()
    await open.getByText('used up').waitFor()
    await expect.poll(() => open.textContent()).toContain('opened once')
    await expect.poll(() => open.getByRole('button', { name: /Copy link/ }).count()).toBe(0)
  })

  it('is revoked, also for a person who has the link', async ({
    server,
    page,
    person: owner,
    client,
    calls: { share, said, dialog },
  }) => {
    const { id } = await share({ recipient_type: 'external_email', email: 'revoked@example.org' })
    await openSignedIn(page, `${server.url}/shares/outbound`, owner, 'Sharing')
    const made = page.getByRole('row').filter({ hasText: 'revoked@example.org' })
    await made.getByRole('button', { name: 'Revoke' }).click()
    await said('People who have already opened it know the value')
    await dialog().getByRole('button', { name: 'Revoke' }).click()
    await said('The share is revoked.')
    await expect.poll(() => made.count()).toBe(0)
    const { shares } = await client.call('shares.outbound')
    expect(shares.map(each => each.id)).not.toContain(id)
  })
})
