import { expect } from 'vitest'
import { theBrowser } from '../support/browser.ts'
import { joined, openSignedIn, view } from '../support/console.ts'
import { guestTests } from '../support/console-tests.ts'

const EXPIRES = '2999-01-01T00:00:00Z'

const it = guestTests().extend('share', async ({ client }) => {
  const { id: vault } = await client.call('vaults.create', { body: { name: 'production' } })
  const secret = await client.call('secrets.put', { params: { vault_id: vault, path: 'prod/db' }, body: { value: 'canary' } })
  return (recipient: { recipient_type: 'anyone_with_link' } | { recipient_type: 'user'; recipient_id: string }) =>
    client.call('shares.create', { params: { secret_id: secret.id }, body: { ...recipient, expires_at: EXPIRES } })
})

/** The size of a page at its first visit, in transferred bytes; the budget is 80 kB. */
const MOST_BYTES = 78_500

it('is read before any script is, and costs little', async ({ page, share }) => {
  const { share_url: address } = await share({ recipient_type: 'anyone_with_link' })
  const loads: Promise<number>[] = []
  page.on('requestfinished', request => loads.push(request.sizes().then(({ responseBodySize }) => responseBodySize)))
  await page.goto(address)
  await view(page, 'A secret is shared with you')
  await page.waitForLoadState('networkidle')
  expect((await Promise.all(loads)).reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES)

  const quiet = await (await theBrowser()).newContext({ javaScriptEnabled: false })
  const unscripted = await quiet.newPage()
  await unscripted.goto(address)
  await unscripted.getByText('What is shared is shown here once you ask for it.').waitFor()
  await quiet.close()
})

it('leads to the console, which is another document', async ({ server, page, person, share }) => {
  const { share_url: address } = await share({ recipient_type: 'anyone_with_link' })
  await openSignedIn(page, address, person, 'A secret is shared with you')
  await page.getByText(`Signed in as ${person.email}`).waitFor()
  await page.getByRole('link', { name: '1claw' }).click()
  await view(page, 'Overview')
  expect(page.url()).toBe(`${server.url}/`)
  await page.goBack()
  await view(page, 'A secret is shared with you')
})

it('asks the recipient to sign in, and nobody who is signed in', async ({ server, page, client, share }) => {
  const member = await joined(server, client, 'member')
  const { id } = await share({ recipient_type: 'user', recipient_id: member.id })
  const address = `${server.url}/v1/share/${id}`
  await page.goto(address)
  await page.getByText('If it is for you, sign in.').waitFor()
  const asked: boolean[] = []
  await openSignedIn(page, `${server.url}/shares`, member.person, 'Sharing')
  page.on('domcontentloaded', () => asked.push(true))
  await page.goto(address)
  await view(page, 'A secret is shared with you')
  expect(asked).toHaveLength(1)
  await expect.poll(() => page.getByLabel('Password', { exact: true }).count()).toBe(0)
})
