import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { openSignedIn, view } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'
import { storeTransactions } from '../support/stored-transaction.ts'

const DAY_MS = 86_400_000
/** More than the server lists at once. */
const MANY = 1200

const it = consoleTests().extend('trader', { scope: 'file', auto: true }, async ({ server, client }) => {
  const { org_id: org } = await client.call('account.me')
  const { agent } = await client.call('agents.register', {
    body: { name: 'trader', intents_api_enabled: true, tx_daily_limit_eth: '4' },
  })
  await client.call('agents.register', { body: { name: 'quiet', intents_api_enabled: true, tx_daily_limit_eth: '1' } })
  const now = Date.now()
  const sent = { org_id: org, agent_id: agent.id, chain_status: 'mined' }
  const amount = (wei: string) => ({ value_wei: wei, counted_wei: wei })
  await storeTransactions(server, [
    { ...sent, ...amount('2000000000000000000'), created_at: now - 5 * DAY_MS },
    { ...sent, ...amount('1000000000000000'), created_at: now, chain_status: 'pending' },
    ...Array.from({ length: MANY - 1 }, () => ({ ...sent, ...amount('1000000000000000'), created_at: now })),
  ])
  return agent.id
})

const bars = (page: Page) => page.getByRole('link', { name: 'Transactions of trader, sent in 14 days: 3.2 ETH' })

describe('the spending of an agent', () => {
  it('is on its page, however many transactions it has', async ({ server, page, person, trader }) => {
    await openSignedIn(page, `${server.url}/agents/${trader}`, person, 'trader')
    await page.getByText('1.2 of 4 ETH in 24 hours, 0.001 of it reserved, 2.8 left').waitFor()
    await page.getByRole('img', { name: /^3\.2 ETH sent in 14 days, most of it on .*: 2 ETH\.$/ }).waitFor()
    await expect.poll(() => page.locator('.chart-day').last().textContent()).toContain('1.2 ETH')
  })

  it.for(['/agents', '/'])(
    'is a bar with the days before on %s, which leads to the transactions',
    async (path, { server, page, person }) => {
      await openSignedIn(page, `${server.url}${path}`, person, path === '/' ? 'Overview' : 'Agents')
      await bars(page).waitFor()
      await page.getByText(/^1\.2 of 4 ETH.*, 0\.001 of it reserved, 2\.8 left$/).waitFor()
      await expect.poll(() => page.getByRole('link', { name: /^Transactions of quiet/ }).count()).toBe(0)
      const size = await bars(page).boundingBox()
      expect(Math.min(size?.width ?? 0, size?.height ?? 0)).toBeGreaterThanOrEqual(24)
      expect(await faultsOfAllLooks(page)).toEqual([])
      await bars(page).click()
      await view(page, 'trader')
      await page.getByRole('heading', { name: 'Transactions' }).waitFor()
    },
  )

  it('leaves the list as it is if it cannot be summed up', async ({ server, page, person }) => {
    await page.route('**/v1/agents/spending*', route =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        json: { status: 503, title: 'Away', detail: 'Away.' },
      }),
    )
    await openSignedIn(page, `${server.url}/agents`, person, 'Agents')
    await page
      .getByRole('row', { name: /trader/ })
      .getByText('0 of 4 ETH, 4 left')
      .waitFor()
    await expect.poll(() => bars(page).count()).toBe(0)
  })
})
