import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { joined, openPersonMenu, openSignedIn, view } from '../support/console.ts'
import { guestTests } from '../support/console-tests.ts'
import { ROOT } from '../support/house/files.ts'
import { axeFaults } from '../support/picture.ts'

const it = guestTests().extend('calls', ({ client }) => {
  async function furnished() {
    const { id: vault } = await client.call('vaults.create', { body: { name: 'production' } })
    const { id: odd } = await client.call('vaults.create', { body: { name: 'a/b ?#% ü' } })
    for (const vault_id of [vault, odd]) {
      await client.call('secrets.put', { params: { vault_id, path: 'stripe/secret-key' }, body: { value: 'x', type: 'generic' } })
    }
    const { agent } = await client.call('agents.register', { body: { name: 'deployer' } })
    return { vault, odd, agent: agent.id }
  }
  return { furnished }
})

/** The document title of each page: it starts with the name of the content, so that tabs can be distinguished. */
const TITLES = (of: { agent: string }): readonly (readonly [address: string, title: string])[] => [
  ['/', 'Overview'],
  ['/secrets', 'Secrets'],
  ['/vaults', 'Vaults'],
  ['/vaults/production', 'production'],
  ['/vaults/production/folders/stripe', 'stripe/ · production'],
  ['/vaults/production/secrets/stripe/secret-key', 'stripe/secret-key · production'],
  ['/vaults/production/policies', 'Policies · production'],
  ['/vaults/production/customer-key', 'Customer key · production'],
  ['/vaults/nowhere', 'There is no such vault'],
  ['/agents', 'Agents'],
  ['/agents/new', 'Register an agent'],
  [`/agents/${of.agent}`, 'deployer'],
  [`/agents/${of.agent}/access`, 'Access · deployer'],
  [`/agents/${of.agent}/transactions`, 'Transactions · deployer'],
  [`/agents/${of.agent}/log`, 'Log · deployer'],
  [`/agents/${of.agent}/settings`, 'Settings · deployer'],
  [`/agents/${of.agent}/edit`, 'Edit the agent · deployer'],
  ['/requests', 'Requests'],
  ['/shares', 'Sharing'],
  ['/shares/inbound', 'Sharing'],
  ['/shares/outbound', 'Shared by me · Sharing'],
  ['/api-keys', 'API keys'],
  ['/audit', 'Audit'],
  ['/members', 'Members'],
  ['/ip-rules', 'IP rules'],
  ['/billing', 'Billing'],
  ['/billing/credits', 'Credits · Billing'],
  ['/billing/organisations', 'Organisations · Billing'],
  ['/settings', 'Settings'],
  ['/settings/server', 'Server settings · Settings'],
  ['/settings/accounts', 'Accounts · Settings'],
  ['/server', 'Server'],
  ['/account', 'Account'],
  ['/audit/anything', 'There is no such page'],
  ['/open', 'This link does not work any more'],
  ['/cli/verify', 'Approve a terminal sign-in'],
  ['/enroll/unknown', 'Request not found'],
  ['/verify-email/unknown', 'Confirm your e-mail address'],
  ['/reset-password/unknown', 'Set a new password'],
  ['/reset-mfa/unknown', 'Turn off your second factor?'],
  ['/invite/unknown', 'This link does not work'],
  ['/forgot-password', 'Forgot your password?'],
  ['/sign-in/oidc', 'You are not signed in'],
]

it('every page has a title that says what it shows', async ({ server, page, person, calls: { furnished } }) => {
  const titles = TITLES(await furnished())
  await openSignedIn(page, server.url, person, 'Overview')
  for (const [address, title] of titles) {
    await page.goto(server.url + address)
    await expect.poll(() => page.title(), { message: address }).toBe(`${title} · 1claw`)
  }
  const addresses = titles.map(([address]) => address)
  const without = routes().filter(route => !addresses.some(address => isAt(route, address)))
  expect(without, 'pages without a title in this test').toEqual([])
}, 120_000)

/** The addresses of the console, from the server. */
function routes(): string[] {
  const text = readFileSync(join(ROOT, 'server/http/console-pages.ts'), 'utf8')
  const [, sections = ''] = /SECTIONS = \[(.*?)\]/s.exec(text) ?? []
  const [, paths = ''] = /PATHS.*? = \[(.*?)\.\.\.SECTIONS/s.exec(text) ?? []
  const quoted = (part: string) => Array.from(part.matchAll(/'([^']+)'/g), ([, word = '']) => word)
  return [...quoted(paths), ...quoted(sections).map(name => `/${name}`)]
}

function isAt(route: string, address: string): boolean {
  return route === address || (route.endsWith('/:token') && address.startsWith(route.replace(':token', '')))
}

it('a vault has its name in its address, whatever its characters, and its id redirects there', async ({
  server,
  page,
  person,
  client,
  calls: { furnished },
}) => {
  const { vault, odd } = await furnished()
  await openSignedIn(page, `${server.url}/vaults/${vault}/secrets/stripe/secret-key?look=1`, person, 'stripe/secret-key')
  await expect.poll(() => page.url()).toBe(`${server.url}/vaults/production/secrets/stripe/secret-key?look=1`)
  await page.goto(`${server.url}/vaults/PRODUCTION`)
  await expect.poll(() => page.url()).toBe(`${server.url}/vaults/production`)
  await page.getByRole('link', { name: 'Policies', exact: true }).click()
  await page.getByRole('button', { name: 'Grant access' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/vaults/production/policies')
  await page.goBack()
  await page.getByRole('link', { name: 'stripe/' }).click()
  await view(page, 'stripe')
  expect(new URL(page.url()).pathname).toBe('/vaults/production/folders/stripe')

  await page.goto(`${server.url}/vaults/${odd}`)
  await view(page, 'a/b ?#% ü')
  await expect.poll(() => new URL(page.url()).pathname).toBe(`/vaults/${encodeURIComponent('a/b ?#% ü')}`)
  await page.reload()
  await view(page, 'a/b ?#% ü')
  // Ids and segments of a path are not changed.
  const { id } = await client.call('vaults.create', { body: { name: '..' } })
  await page.goto(`${server.url}/vaults/${id}`)
  await view(page, '..')
  expect(new URL(page.url()).pathname).toBe(`/vaults/${id}`)
})

it('the menu shows what the role can use, in groups, and a second menu is about the person', async ({
  server,
  page,
  person,
  client,
}) => {
  const grace = await joined(server, client, 'member')
  await openSignedIn(page, server.url, person, 'Overview')
  await expect
    .poll(() => menuOf(page))
    .toEqual([
      ['Overview', 'Secrets', 'Vaults', 'Agents', 'Requests', 'Sharing'],
      ['Audit'],
      ['Members', 'IP rules', 'Billing', 'Settings', 'Server'],
    ])
  await expect.poll(() => page.locator('.section-groups .icon').count()).toBe(12)
  await openPersonMenu(page)
  await page.getByRole('link', { name: 'API keys' }).click()
  await view(page, 'API keys')
  await page.getByRole('link', { name: 'API keys' }).waitFor({ state: 'hidden' })

  await openPersonMenu(page)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Sign out' }).waitFor({ state: 'hidden' })
  await openPersonMenu(page)
  expect(await axeFaults(page)).toEqual([])
  await page.getByRole('button', { name: 'Sign out' }).click()
  await openSignedIn(page, server.url, grace.person, 'Overview')
  expect((await menuOf(page)).at(-1)).not.toContain('Server')
})

function menuOf(page: Page): Promise<string[][]> {
  return page.evaluate(
    `[...document.querySelectorAll('.section-groups ul')].map(group => [...group.querySelectorAll('a')].map(a => a.textContent))`,
  )
}

it('each page names the server at its foot, signed in or not', async ({ server, page, person }) => {
  const foot = () => page.getByRole('contentinfo').getByText(`This is the 1claw server at ${new URL(server.url).host}`)
  await page.goto(server.url)
  await view(page, 'Sign in')
  await foot().waitFor()
  await openSignedIn(page, server.url, person, 'Overview')
  await foot().waitFor()
})

it('the foot says that the server is slow to answer, and when it is well again', async ({ server, page, person }) => {
  const sign = (word: string) => page.getByRole('contentinfo').getByRole('link', { name: `Server: ${word}`, exact: true })
  await openSignedIn(page, server.url, person, 'Overview')
  await sign('Running').waitFor()
  await page.route('**/v1/health', () => {})
  await sign('Slow to answer').waitFor()
  await page.unroute('**/v1/health')
  await sign('Running').waitFor()
})
