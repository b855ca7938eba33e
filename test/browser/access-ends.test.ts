import { expect } from 'vitest'
import { openTab } from '../support/browser.ts'
import { apiOf, openSignedIn, view } from '../support/console.ts'
import { ownServerTests } from '../support/console-tests.ts'

const HOUR_MS = 3_600_000

const it = ownServerTests()

it('a person gets from a denial to a read by one approval on the page, and is denied again when it expires', async ({
  browser,
  server,
  clock,
  page: first,
  person: owner,
  client,
}) => {
  const { id: vault } = await client.call('vaults.create', { body: { name: 'production' } })
  const params = { vault_id: vault, path: 'stripe/key' }
  await client.call('secrets.put', { params, body: { value: 'sk_live' } })
  const { api_key: key } = await client.call('agents.register', { body: { name: 'deployer' } })
  const agent = apiOf(server.url, key)
  await expect(agent.call('secrets.get', { params })).rejects.toMatchObject({ code: 'policy.denied' })
  await agent.call('access-requests.create', {
    params: { vault_id: vault },
    body: { secret_path_pattern: 'stripe/key', reason: 'release 17', duration_seconds: 3_600 },
  })

  await openSignedIn(first, `${server.url}/requests`, owner, 'Requests')
  await first.getByText('deployer can read stripe/key in production, for 1 hour.').waitFor()
  await first.getByRole('button', { name: 'Approve for 1 hour' }).click()
  await first.getByText('No requests are waiting for you.').waitFor()
  expect((await agent.call('secrets.get', { params })).value).toBe('sk_live')
  await first.goto(`${server.url}/vaults/production/secrets/stripe/key`)
  await view(first, 'stripe/key')
  const access = (page: typeof first) =>
    page.getByRole('table', { name: 'Who can read it' }).getByRole('row', { name: /^deployer/ })
  await access(first).getByText('Yes').waitFor()

  clock.late = HOUR_MS + 1
  await expect(apiOf(server.url, key).call('secrets.get', { params })).rejects.toMatchObject({ code: 'policy.denied' })
  const second = await openTab(browser)
  await openSignedIn(second.page, `${server.url}/vaults/production/secrets/stripe/key`, owner, 'stripe/key')
  await access(second.page).getByText('No', { exact: true }).waitFor()
  expect(second.violations).toEqual([])
  await second.context.close()
})
