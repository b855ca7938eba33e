import { describe, expect } from 'vitest'
import { apiOf } from '../support/console.ts'
import { scanned } from '../support/picture.ts'
import { secretTests } from '../support/scenes/secret-pages.ts'

const it = secretTests()

describe('a secret', () => {
  it('is shared by a link, with a picture for cameras, a limit and a passphrase', async ({
    server,
    page,
    client,
    calls: { put, openSecret, button },
  }) => {
    await put('key', 'canary')
    await openSecret('key')
    await button('Share').click()
    await page.getByLabel('Passphrase').fill('open <sesame>')
    await page.getByLabel('Open limit').fill('2')
    await page.getByLabel('Expires').selectOption('In a week')
    await button('Create link').click()
    await page.getByText('Link created').waitFor()
    const address = await page.locator('.share-url').textContent()
    expect(await scanned(page.getByRole('img', { name: 'The link as a QR code' }))).toBe(address)
    const { shares } = await client.call('shares.outbound')
    expect(shares).toMatchObject([{ recipient_type: 'anyone_with_link', max_access_count: 2, secret_path: 'key' }])
    const share_id = shares[0]?.id ?? ''
    expect(address).toBe(`${server.url}/v1/share/${share_id}`)
    const days = (Date.parse(shares[0]?.expires_at ?? '') - Date.now()) / 86_400_000
    expect(days).toBeGreaterThan(6.9)
    expect(days).toBeLessThan(7)
    const headers = { 'x-share-passphrase': 'open <sesame>' }
    expect((await apiOf(server.url).call('shares.open', { params: { share_id } }, { headers })).value).toBe('canary')
  })

  it('is shared with an agent, a member or an address', async ({ page, person, client, calls: { put, openSecret, button } }) => {
    await put('key', 'canary')
    const { agent } = await client.call('agents.register', { body: { name: 'bot' } })
    await openSecret('key')
    const share = async (recipient: string, choose: () => Promise<unknown>) => {
      await button('Share').click()
      await page.getByLabel('For', { exact: true }).selectOption(recipient)
      await button('Create link').click()
      await page.getByText('Enter a recipient.').waitFor()
      await choose()
      await button('Create link').click()
      await page.getByText('The recipient signs in').waitFor()
      await button('Done').click()
    }
    await share('An agent', () => page.getByLabel('Agent', { exact: true }).selectOption('bot'))
    await share('The person with an e-mail address', () => page.getByLabel('E-mail address').fill('x@example.com'))
    await share('A member of the organisation', () => page.getByLabel('Member').selectOption(`${person.email} (you)`))
    const { shares } = await client.call('shares.outbound')
    expect(shares.map(({ recipient_type }) => recipient_type).toSorted()).toEqual(['agent', 'external_email', 'user'])
    expect(agent.name).toBe('bot')
  })
})
