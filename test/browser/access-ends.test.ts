import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeTabs, openTab, theBrowser } from '../support/browser.ts'
import { apiOf, newPerson, openSignedIn, signUp, view } from '../support/console.ts'
import { startServer, type TestServer } from '../support/server.ts'

const HOUR_MS = 3_600_000

let server: TestServer
let ahead = 0

beforeAll(async () => {
  server = await startServer({ clock: () => Date.now() + ahead })
})
afterAll(async () => {
  await closeTabs()
  await server.close()
})

it('leads from a denial to a read by one approval on the page, and to a denial again when its time is over', async () => {
  const owner = newPerson('ada')
  const client = apiOf(server.url, await signUp(server.url, owner))
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

  const browser = await theBrowser()
  const first = await openTab(browser)
  await openSignedIn(first.page, `${server.url}/requests`, owner, 'Requests')
  await first.page.getByText('deployer can read stripe/key in production, for 1 hour.').waitFor()
  await first.page.getByRole('button', { name: 'Approve for 1 hour' }).click()
  await first.page.getByText('No requests are waiting for you.').waitFor()
  expect((await agent.call('secrets.get', { params })).value).toBe('sk_live')
  await first.page.goto(`${server.url}/vaults/production/secrets/stripe/key`)
  await view(first.page, 'stripe/key')
  const access = (page: typeof first.page) =>
    page.getByRole('table', { name: 'Who can read it' }).getByRole('row', { name: /^deployer/ })
  await access(first.page).getByText('Yes').waitFor()
  await first.context.close()

  ahead = HOUR_MS + 1
  await expect(apiOf(server.url, key).call('secrets.get', { params })).rejects.toMatchObject({ code: 'policy.denied' })
  const second = await openTab(browser)
  await openSignedIn(second.page, `${server.url}/vaults/production/secrets/stripe/key`, owner, 'stripe/key')
  await access(second.page).getByText('No', { exact: true }).waitFor()
  expect(second.violations).toEqual([])
})
