/** The daily tasks with only the keyboard: Tab, Enter, Space, arrows and typing. The tests use no pointer and set no focus. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Client } from '../../src/client/client.ts'
import { apiOf, newPerson, openSignedIn, view } from '../support/console.ts'
import { ownServerTests } from '../support/console-tests.ts'

const it = ownServerTests()

/** Three secrets in two vaults, one of which expires soon. */
async function threePaths(client: Client) {
  const [production = '', staging = ''] = await Promise.all(
    ['production', 'staging'].map(async name => (await client.call('vaults.create', { body: { name } })).id),
  )
  const put = (vault_id: string, path: string, more: object = {}) =>
    client.call('secrets.put', { params: { vault_id, path }, body: { value: 'v', ...more } })
  await put(production, 'stripe/key')
  await put(production, 'db/url', { expires_at: new Date(Date.now() + 3 * 86_400_000).toISOString() })
  await put(staging, 'stripe/key')
  return { production, staging }
}

/** The accessible name of the element with the focus. */
const FOCUSED = `(() => {
  const it = document.activeElement
  return (it.getAttribute('aria-label') ?? [...(it.labels ?? [])].map(each => each.textContent).join(' ')) || it.textContent
})()`

/** More stops than any page or dialog has. */
const MOST_STOPS = 150

/** Presses Tab until the element with this name has the focus. */
async function reach(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = []
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press('Tab')
    const focused = (await page.evaluate<string>(FOCUSED)).trim()
    if (typeof name === 'string' ? focused === name : name.test(focused)) return
    passed.push(focused.slice(0, 30))
  }
  throw new Error(`No stop is called ${name}; there are: ${[...new Set(passed)].join(' | ')}`)
}

async function press(page: Page, name: string | RegExp): Promise<void> {
  await reach(page, name)
  await page.keyboard.press('Enter')
}

async function enter(page: Page, name: string | RegExp, text: string): Promise<void> {
  await reach(page, name)
  await page.keyboard.type(text)
}

it('a person signs up, makes a vault, and stores, finds, changes, deletes and restores a secret by keyboard', async ({
  server,
  page,
  // The first account of the server owns its platform; the person who signs up here is another one.
  account: _,
}) => {
  const grace = newPerson('grace')
  await page.goto(server.url)
  await view(page, 'Sign in')
  await press(page, 'Create an account')
  await view(page, 'Create an account')
  await enter(page, 'E-mail address', grace.email)
  await enter(page, 'Password', grace.password)
  await page.keyboard.press('Enter')
  await view(page, 'Overview')

  await page.keyboard.press('Control+k')
  await page.getByRole('combobox').waitFor()
  await page.keyboard.type('new vault')
  await page.getByRole('option', { selected: true }).getByText('New vault').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'New vault' }).waitFor()
  await enter(page, 'Name', 'production')
  await page.keyboard.press('Enter')
  await view(page, 'production')
  await press(page, 'New secret')
  await page.getByRole('dialog', { name: 'New secret' }).waitFor()
  await enter(page, /^Path/, 'stripe/webhook')
  await enter(page, /^Value/, 'whsec')
  await press(page, 'Save secret')
  await view(page, 'stripe/webhook')

  await press(page, 'Reveal')
  await page.getByText('whsec').waitFor()
  await press(page, 'New version')
  await page.getByRole('dialog', { name: 'New version' }).waitFor()
  await enter(page, /^Value/, 'other')
  await press(page, 'Save version')
  await page.getByRole('row', { name: 'Version 2' }).waitFor()
  await press(page, 'Delete')
  await page.getByRole('dialog', { name: 'Delete this secret?' }).waitFor()
  await press(page, 'Delete')
  await page.getByText('stripe/webhook is deleted.').first().waitFor()

  await press(page, 'Deleted')
  await page.getByRole('row', { name: /^stripe/ }).waitFor()
  await press(page, 'Restore stripe/webhook')
  await view(page, 'stripe/webhook')
})

it('a person grants, reviews access, denials and agents, rotates a key, invites and exports by keyboard', async ({
  server,
  page,
  person,
  client,
}) => {
  const { id: vault } = await client.call('vaults.create', { body: { name: 'production' } })
  await client.call('secrets.put', { params: { vault_id: vault, path: 'stripe/key' }, body: { value: 'v' } })
  const { api_key: key } = await client.call('agents.register', { body: { name: 'deployer' } })
  const read = () => apiOf(server.url, key).call('secrets.get', { params: { vault_id: vault, path: 'stripe/key' } })
  await read().catch(() => {})
  await openSignedIn(page, server.url, person, 'Overview')

  await page.getByText('deployer was denied once').first().waitFor()
  await press(page, /^Why\?/)
  await view(page, 'Audit')
  await page.getByRole('row', { name: /secret\.read/ }).waitFor()
  await press(page, /secret\.read, number/)
  await page.getByText('No policy granted this.').waitFor()

  await press(page, 'Vaults')
  await view(page, 'Vaults')
  await press(page, 'production')
  await view(page, 'production')
  await press(page, 'Policies')
  await page.getByText('No policies yet.').waitFor()
  await press(page, 'Grant access')
  await page.getByRole('dialog').getByLabel('Paths', { exact: true }).waitFor()
  await enter(page, /^Who/, 'deployer')
  await enter(page, /^Paths/, 'stripe/*')
  await page.getByText('deployer can read 1 secret in production now').waitFor()
  await press(page, 'Grant access')
  await page.getByText('It takes effect now.').waitFor()
  await read()

  await press(page, 'Secrets')
  await page
    .getByText('stripe/key')
    .or(page.getByRole('link', { name: 'stripe/' }))
    .first()
    .waitFor()
  await page.keyboard.press('/')
  await page.getByRole('combobox', { name: /^Search secrets/ }).waitFor()
  await page.keyboard.type('stripe')
  await page.getByRole('option', { selected: true }).getByText('stripe/key').waitFor()
  await page.keyboard.press('Enter')
  await view(page, 'stripe/key')
  await page
    .locator('.access-map')
    .getByRole('button', { name: /^deployer/ })
    .waitFor()
  await press(page, /^deployer 1×/)
  await page.getByRole('dialog', { name: 'deployer' }).waitFor()
  await page.keyboard.press('Escape')

  await press(page, 'Agents')
  await view(page, 'Agents')
  await press(page, 'deployer')
  await page.getByText('1 read and 1 denial').waitFor()
  await press(page, 'Settings')
  await press(page, 'Rotate the key')
  await page.getByRole('dialog', { name: /^Rotate the key/ }).waitFor()
  await press(page, 'Rotate')
  await page.getByText('The new key of deployer').waitFor()

  await press(page, 'Members')
  await view(page, 'Members')
  await press(page, 'Invite')
  await page.getByRole('dialog', { name: 'Invite member' }).waitFor()
  await enter(page, 'E-mail address', 'grace@example.com')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Invitation sent' }).waitFor()
  await page.keyboard.press('Escape')

  await press(page, 'Audit')
  await view(page, 'Audit')
  const saved = page.waitForEvent('download')
  await press(page, 'Export as CSV')
  expect((await saved).suggestedFilename()).toBe('1claw-audit.csv')
})

it('a person sees what expires soon, grants three paths of two vaults, and approves an agent by keyboard', async ({
  server,
  page,
  person,
  client,
}) => {
  const { production, staging } = await threePaths(client)
  const { agent } = await client.call('agents.register', { body: { name: 'deployer' } })
  await apiOf(server.url).call('agents.enroll', { body: { name: 'robot', human_email: person.email } })
  await openSignedIn(page, server.url, person, 'Overview')

  await press(page, 'Secrets')
  await view(page, 'Secrets')
  await press(page, /^Expires in 7 days/)
  await page.getByText('1 of 3 secrets').waitFor()
  await press(page, /^Expires in 7 days/)
  await page.getByText('3 secrets').waitFor()
  await press(page, 'Select this page')
  await page.getByText('3 secrets selected.').waitFor()
  await press(page, 'Grant access')
  await page.getByRole('dialog').getByLabel('Paths', { exact: true }).waitFor()
  await enter(page, /^Who/, 'deployer')
  await page.getByText('deployer can read 2 secrets in production and 1 in staging now').waitFor()
  await press(page, 'Grant access')
  await page.getByText('deployer has access to').waitFor()
  for (const [vault_id, count] of [
    [production, 2],
    [staging, 1],
  ] as const) {
    const { policies } = await client.call('policies.list', { params: { vault_id } })
    expect(policies.filter(({ principal_id }) => principal_id === agent.id)).toHaveLength(count)
  }

  await press(page, /^Requests/)
  await view(page, 'Requests')
  await press(page, /^Review/)
  await view(page, 'Approve this agent?')
  await press(page, 'Approve')
  await view(page, 'Agent approved')
})
