/** The four first steps on the overview, done on the page and elsewhere. */
import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { apiOf, openSignedIn } from '../support/console.ts'
import { guestTests } from '../support/console-tests.ts'

const it = guestTests().extend('calls', ({ page }) => ({
  button: (name: string | RegExp) => page.getByRole('button', { name }),
  step: (title: string) => stepOf(page, title),
  done: (title: string) => stepOf(page, title).getByText(', done').waitFor({ state: 'attached' }),
}))

function stepOf(page: Page, title: string) {
  return page.getByRole('region', { name: 'Get started' }).getByRole('listitem').filter({ hasText: title })
}

const [STORE, RUN, AGENT, DENIAL] = [
  'Store a secret',
  'Run something with it',
  'Register an agent that can read one path',
  'See it denied another path',
] as const

describe('the first steps', () => {
  it('can be done on the page: paste a .env, make an agent for one path, and see it denied another path', async ({
    server,
    page,
    person,
    client,
    calls: { button, step, done },
  }) => {
    await openSignedIn(page, server.url, person, 'Overview')
    await button('Save secret').click()
    await page.getByText('Paste a value, or the lines of a .env file.').waitFor()
    await page.getByLabel('A value, or the lines of a .env file').fill('API_KEY=one\nDB_URL="two"')
    await page.getByText('Paths: API_KEY, DB_URL').waitFor()
    await expect.poll(() => page.getByText('Paste a value').count()).toBe(0)
    await button('Save 2 secrets').click()
    await done(STORE)
    const [vault] = (await client.call('vaults.list')).vaults
    expect(vault?.name).toBe('prod')
    const params = { vault_id: vault?.id ?? '', path: 'DB_URL' }
    expect((await client.call('secrets.get', { params })).value).toBe('two')

    await done(RUN)
    await button('Register agent').click()
    await done(AGENT)
    const [agent] = (await client.call('agents.list')).agents
    await step(AGENT).getByText('Copy the key of deployer now').waitFor()
    await button('Read elsewhere/secret as deployer').click()
    await done(DENIAL)
    await step(DENIAL).getByText('No policy granted this.').waitFor()
    const { events } = await client.call('audit.events', { query: { outcome: 'denied' } })
    expect(events).toEqual([expect.objectContaining({ actor_id: agent?.id, action: 'secret.read' })])
  })

  it('are ticked off when they are done in a terminal', async ({ server, page, person, client, calls: { step, done } }) => {
    await openSignedIn(page, server.url, person, 'Overview')
    await step(STORE).getByRole('button', { name: 'Save secret' }).waitFor()
    const { id: vault_id } = await client.call('vaults.create', { body: { name: 'of the terminal' } })
    const params = { vault_id, path: 'app/key' }
    await client.call('secrets.put', { params, body: { value: 'v' } })
    await done(STORE)
    await page.getByText("1claw secrets get app/key --vault 'of the terminal'").waitFor()
    await page.getByText('Waiting for the first read…').waitFor()
    await client.call('secrets.get', { params })
    await done(RUN)
    const { agent, api_key: key } = await client.call('agents.register', { body: { name: 'ci' } })
    await done(AGENT)
    await page.getByText('ONECLAW_AGENT_API_KEY=<its key>').waitFor()
    await apiOf(server.url, key)
      .call('secrets.get', { params })
      .catch(() => {})
    await done(DENIAL)
    await step(DENIAL).getByText('ci was denied app/key').waitFor()
    expect(agent.name).toBe('ci')
    await page.reload()
    await page.getByRole('region', { name: 'Activity' }).getByRole('figure').waitFor()
    await expect.poll(() => page.getByRole('region', { name: 'Get started' }).count()).toBe(0)
  })
})

describe('an experienced person', () => {
  it.override('keeps', ['1claw-start-hidden'])

  it('hides the first steps permanently', async ({ server, page, person, calls: { button } }) => {
    await openSignedIn(page, server.url, person, 'Overview')
    await button('Hide').click()
    await page.getByRole('region', { name: 'Get started' }).waitFor({ state: 'detached' })
    await page.reload()
    await page.getByRole('region', { name: 'Activity' }).getByRole('figure').waitFor()
    await expect.poll(() => page.getByRole('region', { name: 'Get started' }).count()).toBe(0)
  })
})
