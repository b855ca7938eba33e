import { describe, expect, vi } from 'vitest'
import { apiOf, openSignedIn } from '../support/console.ts'
import { guestTests } from '../support/console-tests.ts'

const it = guestTests()
  .extend('busy', { auto: true }, async ({ server, client }) => {
    const vaults = []
    for (const name of ['production', 'staging']) vaults.push((await client.call('vaults.create', { body: { name } })).id)
    const [production = '', staging = ''] = vaults
    const put = (vault_id: string, path: string) =>
      client.call('secrets.put', { params: { vault_id, path }, body: { value: 'x' } })
    for (const path of ['stripe/key', 'stripe/hook', 'db/url']) await put(production, path)
    await put(staging, 'stripe/key')
    const { agent, api_key: key } = await client.call('agents.register', { body: { name: 'busy' } })
    await client.call('agents.register', { body: { name: 'idle' } })
    const busy = agent.id
    const grant = (vault_id: string, secret_path_pattern: string) =>
      client.call('policies.create', {
        params: { vault_id },
        body: { principal_type: 'agent', principal_id: busy, permissions: ['read'], secret_path_pattern },
      })
    await grant(production, 'stripe/*')
    await grant(staging, '**')
    await grant(production, 'never/**')
    const api = apiOf(server.url, key)
    const read = (vault_id: string, path: string) => api.call('secrets.get', { params: { vault_id, path } }).catch(() => {})
    for (let n = 0; n < 3; n++) await read(production, 'stripe/key')
    for (let n = 0; n < 2; n++) await read(staging, 'stripe/key')
    for (const path of ['db/url', 'db/other']) await read(production, path)
    await vi.waitFor(
      async () => expect((await client.call('audit.events', { query: { outcome: 'denied' } })).events).toHaveLength(2),
      15_000,
    )
    return busy
  })
  .extend('calls', ({ page }) => {
    const tabOf = (name: string) =>
      page.getByRole('navigation', { name: 'Views of the agent' }).getByRole('link', { name, exact: true })
    const table = (name: string) => page.getByRole('table', { name })
    /** Except the heading of the table. */
    const rows = async () => Math.max(0, (await page.getByRole('row').count()) - 1)
    return { tabOf, table, rows }
  })

describe('the page of an agent', () => {
  it('shows the agent’s week with the numbers of the audit log', async ({
    server,
    page,
    person,
    busy,
    calls: { table, rows },
  }) => {
    await openSignedIn(page, `${server.url}/agents/${busy}`, person, 'busy')
    await page.getByText('Read 2 paths in 2 vaults this week: 5 reads and 2 denials.').waitFor()
    await page.getByText('from 127.0.0.1').waitFor()
    await table('Most read')
      .getByRole('row', { name: /stripe\/key production 3/ })
      .waitFor()
    await table('Most read')
      .getByRole('row', { name: /stripe\/key staging 2/ })
      .waitFor()
    await expect.poll(() => table('Denied').getByRole('row').count()).toBe(1 + 2)
    await page.getByRole('link', { name: '5 reads' }).click()
    await expect.poll(rows).toBe(5)
    await page.goBack()
    await page.getByRole('link', { name: '2 denials' }).click()
    await expect.poll(rows).toBe(2)
    await page.goBack()
    await table('Denied')
      .getByRole('row', { name: /db\/url/ })
      .getByRole('link', { name: /^Why/ })
      .click()
    await expect.poll(rows).toBe(1)
    await page.getByRole('button', { name: /secret\.read/ }).click()
    await page.getByText('No policy granted this.').waitFor()
  })

  it('shows which rules grant access to what, and how much each was used', async ({
    server,
    page,
    person,
    busy,
    calls: { table, tabOf },
  }) => {
    await openSignedIn(page, `${server.url}/agents/${busy}/access`, person, 'busy')
    await page.getByText('busy can reach 2 vaults by 3 rules; it read nothing by 1 of them in 90 days.').first().waitFor()
    const policies = table('Policies of the agent')
    for (const name of [/stripe\/\* production.* 3 /, /never\/\*\* production.* 0 /, /^\*\* staging.* 2 /]) {
      await policies.getByRole('row', { name }).waitFor()
    }
    await tabOf('Settings').click()
    await page.getByRole('table', { name: 'Keys' }).waitFor()
    await tabOf('Log').click()
    await page
      .getByRole('row', { name: /secret\.read/ })
      .first()
      .waitFor()
  })

  it('is reached from a list that sorts by activity and by denials', async ({ server, page, person }) => {
    await openSignedIn(page, `${server.url}/agents`, person, 'Agents')
    const names = () => page.locator('tbody th a').allTextContents()
    await page.getByRole('row', { name: /^busy/ }).getByRole('link', { name: '2 denied' }).waitFor()
    await page.getByRole('img', { name: 'Events in 7 days: 7' }).waitFor()
    await page.getByRole('button', { name: 'Name' }).click()
    await expect.poll(names).toEqual(['idle', 'busy'])
    await page.getByRole('button', { name: 'Denied' }).click()
    await expect.poll(names).toEqual(['busy', 'idle'])
    await expect.poll(() => page.getByRole('columnheader', { name: 'Denied' }).getAttribute('aria-sort')).toBe('descending')
    await page.getByRole('button', { name: 'Denied' }).click()
    await expect.poll(names).toEqual(['idle', 'busy'])
    await expect.poll(() => new URL(page.url()).searchParams.get('sort')).toBe('-denied')
    await page.reload()
    await expect.poll(names).toEqual(['idle', 'busy'])
  })
})
