import { describe, expect } from 'vitest'
import { joined, openSignedIn, view } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'

const COUNT = 300

const it = consoleTests().extend('calls', ({ tab }) => {
  const names = () => tab.page.locator('tbody th a').allTextContents()
  const count = (text: string) => tab.page.getByText(text, { exact: true }).waitFor()
  return { names, count }
})

it.beforeAll(async ({ client }) => {
  const register = (body: { name: string; intents_api_enabled?: boolean; expires_at?: string }) =>
    client.call('agents.register', { body })
  for (let from = 0; from < COUNT - 3; from += 33)
    await Promise.all(Array.from({ length: 33 }, (_, index) => register({ name: `worker-${from + index + 1}` })))
  await register({ name: 'reckless', intents_api_enabled: true })
  await register({ name: 'leaving', expires_at: new Date(Date.now() + 3 * 86_400_000).toISOString() })
  const { agent } = await register({ name: 'gone' })
  await client.call('agents.deactivate', { params: { agent_id: agent.id } })
})

describe('a list of hundreds of agents', () => {
  it('is shown page by page and quickly filtered as one types', async ({
    server,
    tab,
    person: owner,
    calls: { count, names },
  }) => {
    await openSignedIn(tab.page, `${server.url}/agents`, owner, 'Agents')
    await count(`${COUNT} agents`)
    await expect.poll(() => names()).toHaveLength(50)
    await tab.page.getByRole('button', { name: 'Next' }).click()
    await count('Page 2 of 6')
    // Numbers within names count as numbers.
    expect((await names()).slice(0, 2)).toEqual(['worker-48', 'worker-49'])

    const field = tab.page.getByLabel('Name, description or id')
    const begun = performance.now()
    await field.pressSequentially('worker-29')
    await count(`9 of ${COUNT} agents`)
    expect(performance.now() - begun).toBeLessThan(15_000)
    await expect.poll(() => names()).toEqual(['worker-29', ...Array.from({ length: 8 }, (_, index) => `worker-29${index}`)])
    await tab.page.getByRole('link', { name: 'worker-290' }).click()
    await view(tab.page, 'worker-290')
    await tab.page.goBack()
    await view(tab.page, 'Agents')
    await count(`9 of ${COUNT} agents`)
    await expect.poll(() => field.inputValue()).toBe('worker-29')
    await tab.page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Agents' }).click()
    await count(`${COUNT} agents`)
    await expect.poll(() => field.inputValue()).toBe('')
  })

  it('marks agents that will soon be denied or have too many permissions', async ({
    server,
    tab,
    person: owner,
    calls: { count, names },
  }) => {
    await openSignedIn(tab.page, `${server.url}/agents?state=expiring`, owner, 'Agents')
    await count(`1 of ${COUNT} agents`)
    await expect.poll(() => tab.page.getByRole('row', { name: /leaving/ }).textContent()).toContain('expires soon')
    const state = tab.page.getByLabel('State')
    await state.selectOption({ label: 'Signs without a limit' })
    await expect.poll(() => names()).toEqual(['reckless'])
    await state.selectOption({ label: 'Paused or expired' })
    await expect.poll(() => names()).toEqual(['gone'])
    await tab.page.getByLabel('Signs in by').selectOption({ label: 'Client certificate' })
    await tab.page.getByText('No agent matches.').waitFor()
  })

  it('accepts any address', async ({ server, tab, person: owner, calls: { count } }) => {
    await openSignedIn(tab.page, `${server.url}/agents?state=constructor&page=-7&method=%00&q=`, owner, 'Agents')
    await count(`0 of ${COUNT} agents`)
    await tab.page.goto(`${server.url}/agents/not-an-id`)
    await view(tab.page, 'There is no such agent')
  })
})

describe('a failure', () => {
  it('of permission is explained to members, who change only what they registered', async ({ server, tab, client }) => {
    const member = await joined(server, client, 'member')
    const { agents } = await client.call('agents.list')
    const worker = agents.find(({ name }) => name === 'worker-1')
    await openSignedIn(tab.page, `${server.url}/agents/${worker?.id}`, member.person, 'worker-1')
    await tab.page.getByText('Members can see only their own events in the audit log.').waitFor()
    const views = tab.page.getByRole('navigation', { name: 'Views of the agent' })
    await views.getByRole('link', { name: 'Access' }).click()
    await tab.page.getByText('the person who registered this agent can see its policies').waitFor()
    await views.getByRole('link', { name: 'Settings' }).click()
    await tab.page.getByText('the person who registered this agent can change it').waitFor()
    for (const name of ['Pause', 'New key']) await expect.poll(() => tab.page.getByRole('button', { name }).count()).toBe(0)
    await expect.poll(() => tab.page.getByRole('link', { name: 'Edit' }).count()).toBe(0)
    const patch = member.client.call('agents.update', { params: { agent_id: worker?.id ?? '' }, body: { name: 'taken over' } })
    await expect(patch).rejects.toMatchObject({ status: 403 })

    const { agent: own } = await member.client.call('agents.register', { body: { name: 'own' } })
    await tab.page.goto(`${server.url}/agents/${own.id}`)
    await view(tab.page, 'own')
    await views.getByRole('link', { name: 'Access' }).click()
    await tab.page.getByText('No access yet.').waitFor()
    await views.getByRole('link', { name: 'Settings' }).click()
    await tab.page.getByRole('button', { name: 'Pause' }).click()
    await tab.page.getByText('paused', { exact: true }).first().waitFor()
    await tab.page.getByRole('button', { name: 'Resume' }).waitFor()
  })

  it('of a revoked token leads back to the sign-in page', async ({ server, tab, client }) => {
    const member = await joined(server, client, 'member')
    await openSignedIn(tab.page, `${server.url}/agents`, member.person, 'Agents')
    // A later reply for the list would end the session before the click.
    await tab.page.waitForLoadState('networkidle')
    await client.call('org.remove-member', { params: { user_id: member.id } })
    await tab.page.getByRole('link', { name: 'reckless' }).click()
    await view(tab.page, 'Sign in')
    await tab.page.getByText('Your session has ended.').waitFor()
  })

  it('to reach the server is reported, with a way to try again', async ({ server, tab, person: owner }) => {
    await openSignedIn(tab.page, `${server.url}/agents`, owner, 'Agents')
    await tab.page.route('**/v1/agents/*', route => route.abort())
    await tab.page.getByRole('link', { name: 'reckless' }).click()
    await tab.page.getByText('The server could not be reached.').waitFor()
    await tab.page.unroute('**/v1/agents/*')
    await tab.page.getByRole('button', { name: 'Try again' }).click()
    await view(tab.page, 'reckless')
  })

  it('to reach the server is retried automatically', async ({ server, tab, person: owner }) => {
    await openSignedIn(tab.page, `${server.url}/agents`, owner, 'Agents')
    await tab.context.setOffline(true)
    await tab.page.getByRole('link', { name: 'reckless' }).click()
    await tab.page.getByText('The server could not be reached.').waitFor()
    await tab.page.getByText('Not answering').waitFor()
    await tab.context.setOffline(false)
    await view(tab.page, 'reckless')
  })

  it('leaves everything reachable by keyboard', async ({ server, tab, person: owner }) => {
    const { keyboard } = tab.page
    await openSignedIn(tab.page, `${server.url}/agents`, owner, 'Agents')
    for (const name of ['New signing agent', 'Register an agent']) {
      await keyboard.press('Tab')
      await expect.poll(() => tab.page.locator(':focus').textContent()).toBe(name)
    }
    await keyboard.press('Enter')
    await view(tab.page, 'Register an agent')
    await tab.page.getByLabel('Name').waitFor()
    await keyboard.press('Tab')
    await keyboard.type('by keyboard')
    await keyboard.press('Enter')
    await view(tab.page, 'Agent registered')
    await expect.poll(() => tab.page.locator(':focus').textContent()).toBe('The key of by keyboard')
    await keyboard.press('Tab')
    await expect.poll(() => tab.page.locator(':focus').textContent()).toBe('Copy the key')
  })
})
