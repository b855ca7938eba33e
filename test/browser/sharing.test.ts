import { describe, expect } from 'vitest'
import { apiOf, newPerson, signInOn, signUp, view } from '../support/console.ts'
import { ownServerTests } from '../support/console-tests.ts'

const EXPIRES = '2999-01-01T00:00:00Z'

const VALUE = '<b>canary</b> & "value"'

const it = ownServerTests().extend('calls', ({ server, tab }) => {
  const button = (name: string) => tab.page.getByRole('button', { name, exact: true })
  const main = () => tab.page.getByRole('main').textContent()
  /** A person with a vault and a secret in it. */
  async function withSecret() {
    const person = newPerson()
    const client = apiOf(server.url, await signUp(server.url, person))
    const { id: vault } = await client.call('vaults.create', { body: { name: 'production' } })
    const secret = await client.call('secrets.put', { params: { vault_id: vault, path: 'prod/db' }, body: { value: VALUE } })
    return { person, client, vault, secretId: secret.id }
  }
  return { button, main, withSecret }
})

describe('the page of a share', () => {
  it('opens with less than 80 kB, compressed', async ({ tab, calls: { withSecret, button } }) => {
    const { client, secretId } = await withSecret()
    const share = await client.call('shares.create', {
      params: { secret_id: secretId },
      body: { recipient_type: 'anyone_with_link', expires_at: EXPIRES },
    })
    const loads: Promise<number>[] = []
    tab.page.on('requestfinished', request => {
      loads.push(request.sizes().then(({ responseBodySize }) => responseBodySize))
    })
    await tab.page.goto(share.share_url)
    await button('Reveal').click()
    await view(tab.page, 'The secret')
    const sizes = await Promise.all(loads)
    // The document, its script and style, the share, and the value.
    expect(sizes.length).toBeGreaterThanOrEqual(5)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(80_000)
  })

  it('shows the value at a click, asks for the passphrase, and counts what is left', async ({
    tab,
    calls: { withSecret, main, button },
  }) => {
    const { client, secretId } = await withSecret()
    const share = await client.call('shares.create', {
      params: { secret_id: secretId },
      body: { recipient_type: 'anyone_with_link', expires_at: EXPIRES, max_access_count: 2, passphrase: 'öffne dich' },
    })
    await tab.page.goto(share.share_url)
    await view(tab.page, 'A secret is shared with you')
    await expect.poll(() => main()).toContain('2 times')
    expect(await tab.page.content()).not.toContain('canary')
    await tab.page.reload()
    await view(tab.page, 'A secret is shared with you')
    expect((await client.call('shares.describe', { params: { share_id: share.id } })).access_count).toBe(0)

    await tab.page.getByLabel('Passphrase').fill('wrong')
    await button('Reveal').click()
    await tab.page.getByText('The passphrase is wrong.').waitFor()
    await tab.page.getByLabel('Passphrase').fill('öffne dich')
    await button('Reveal').click()
    await view(tab.page, 'The secret')
    await expect.poll(() => tab.page.locator('.shared-value').textContent()).toBe(VALUE)
    await expect.poll(() => main()).toContain('Once')

    await tab.page.reload()
    await tab.page.getByLabel('Passphrase').fill('öffne dich')
    await button('Reveal').click()
    await view(tab.page, 'The secret')
    await tab.page.reload()
    await view(tab.page, 'This share is used up')
  })

  it('lets its recipient sign in, accept and open it', async ({ server, tab, calls: { withSecret, button } }) => {
    const { person, client, vault, secretId } = await withSecret()
    const { agent, api_key: key } = await client.call('agents.register', { body: { name: 'bot' } })
    await client.call('policies.create', {
      params: { vault_id: vault },
      body: { secret_path_pattern: 'prod/*', principal_type: 'agent', principal_id: agent.id, permissions: ['read'] },
    })
    const share = await apiOf(server.url, key).call('shares.create', {
      params: { secret_id: secretId },
      body: { recipient_type: 'creator', expires_at: EXPIRES },
    })
    await tab.page.goto(share.share_url)
    await signInOn(tab.page, person)
    await button('Accept').click()
    await button('Reveal').click()
    await view(tab.page, 'The secret')
    await expect.poll(() => tab.page.locator('.shared-value').textContent()).toBe(VALUE)
  })
})

describe('the page of an enrolling agent', () => {
  it('shows who asks, grants in the same step, and shows the key once', async ({
    server,
    tab,
    calls: { withSecret, main, button },
  }) => {
    const { person, client, vault } = await withSecret()
    await client.call('vaults.create', { body: { name: 'without secrets' } })
    const asked = await apiOf(server.url).call('agents.enroll', { body: { name: '<i>bot</i>', description: 'reads & reports' } })
    await tab.page.goto(asked.approval_url ?? '')
    await signInOn(tab.page, person)
    await view(tab.page, 'Approve this agent?')
    for (const fact of ['<i>bot</i>', 'reads & reports', '127.0.0.1', 'Just now', person.email])
      await expect.poll(() => main()).toContain(fact)
    const example = () => tab.page.getByLabel('Paths', { exact: true }).getAttribute('placeholder')
    await tab.page.getByLabel('Vault').selectOption({ label: 'production' })
    await expect.poll(example).toBe('prod/db')
    await tab.page.getByLabel('Vault').selectOption({ label: 'without secrets' })
    await expect.poll(example).toBeNull()
    await tab.page.getByLabel('Vault').selectOption({ label: 'production' })
    await tab.page.getByLabel('Paths', { exact: true }).fill('prod/**')
    await button('Approve').click()
    await view(tab.page, 'Agent approved')
    const key = (await tab.page.locator('.shared-value').textContent()) ?? ''
    expect(key).toMatch(/^ocv_/)
    const { value } = await apiOf(server.url, key).call('secrets.get', { params: { vault_id: vault, path: 'prod/db' } })
    expect(value).toBe(VALUE)
    await tab.page.reload()
    await view(tab.page, 'This agent was approved before')
    expect(await tab.page.content()).not.toContain(key)
    await tab.page.getByRole('link', { name: 'Go to the agents' }).click()
    await view(tab.page, 'Agents')
  })

  it('denies', async ({ server, tab, calls: { withSecret, button } }) => {
    const { person } = await withSecret()
    const asked = await apiOf(server.url).call('agents.enroll', { body: { name: 'bot' } })
    await tab.page.goto(asked.approval_url ?? '')
    await signInOn(tab.page, person)
    await button('Decline').click()
    await view(tab.page, 'Agent declined')
  })
})
