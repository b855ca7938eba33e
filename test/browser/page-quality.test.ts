import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Contract } from '../../src/contract/all.ts'
import { launchBrowser, openTab, type Tab } from '../support/browser.ts'
import {
  apiOf,
  askFromTerminal,
  joined,
  newPerson,
  openSignedIn,
  type Person,
  signInOn,
  signUp,
  view,
} from '../support/console.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'
import { peopleViews, type Views } from '../support/people-views.ts'
import { startServer, type TestServer } from '../support/server.ts'

let browser: Browser
let server: TestServer
let person: Person
let tab: Tab | undefined
let vault: string

beforeAll(async () => {
  browser = await launchBrowser()
  server = await startServer()
  person = newPerson('a.person.with.rather.a.long.address')
  vault = await furnish(await signUp(server.url, person))
})
afterAll(async () => {
  await browser.close()
  await server.close()
})
beforeEach(() => {
  tab = undefined
})
afterEach(() => tab?.context.close())

const LONG = 'a-segment-that-does-not-end-'.repeat(6)

/** Something of everything, with names that are long or look like markup; answers the vault that it is in. */
async function furnish(token: string): Promise<string> {
  const client = apiOf(server.url, token)
  const { id } = await client.call('vaults.create', { body: { name: `<b>production</b> ${'x'.repeat(80)}`, description: LONG } })
  const put = (path: string, body: Partial<Contract['secrets.put']['body']>) =>
    client.call('secrets.put', { params: { vault_id: id, path }, body: { value: LONG, ...body } })
  await put(`app/${LONG}`, { type: 'password', metadata: { [LONG]: LONG } })
  await put('app/key', { max_access_count: 1, expires_at: new Date(Date.now() + 86_400_000).toISOString() })
  await put('bundle', { type: 'env_bundle', value: JSON.stringify({ [LONG]: LONG, B: '<i>' }) })
  await client.call('intents.create-key', { params: { vault_id: id, path: 'keys/signer' } })
  const { agent } = await client.call('agents.register', {
    body: { name: LONG, expires_at: new Date(Date.now() + 86_400_000).toISOString() },
  })
  const body = { principal_type: 'agent', principal_id: agent.id, secret_path_pattern: `app/${LONG}/**` } as const
  const window: { after: string; days: ('mon' | 'fri')[] } = { after: '09:00', days: ['mon', 'fri'] }
  await client.call('policies.create', {
    params: { vault_id: id },
    body: {
      ...body,
      permissions: ['read', 'write', 'rotate'],
      conditions: { ip_allowlist: ['2001:db8::/32'], time_window: window },
      expires_at: '2999-01-01T00:00:00Z',
    },
  })
  await client.call('org.invite', { body: { email: newPerson('somebody.who.was.invited').email } })
  await client.call('ip-rules.add', { body: { rule_type: 'allow', cidr: '127.0.0.0/8', label: LONG } })
  await client.call('admin.set-setting', { params: { key: 'intents_api.require_simulation' }, body: { value: LONG } })
  return id
}

async function tokenOf(body: Person): Promise<string> {
  return (await apiOf(server.url).call('auth.token', { body })).access_token
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })

/** Signs in at an address below the vault. */
async function inVault(page: Page, rest: string, title: string | RegExp) {
  await openSignedIn(page, `${server.url}/vaults/${vault}${rest}`, person, title)
}

const PRODUCTION = /^<b>production/

async function onSecret(page: Page, name: string) {
  await inVault(page, '/secrets/app/key', 'app/key')
  await page.getByRole('button', { name, exact: true }).click()
  await page.getByRole('dialog').waitFor()
}

async function verify(page: Page, title: string, code?: string) {
  await page.goto(`${server.url}/cli/verify${code === undefined ? '' : `?code=${code}`}`)
  await signInOn(page, person)
  await view(page, title)
}

const VIEWS: Views = {
  ...peopleViews(() => ({ url: server.url, person })),
  'sign in': async page => {
    await page.goto(server.url)
    await view(page, 'Sign in')
  },
  'sign in, with faults': async page => {
    await page.goto(server.url)
    await page.getByRole('button', { name: 'Sign in' }).click()
  },
  'sign in, refused': async page => {
    await page.goto(`${server.url}/cli/verify?code=BCDF-GHJK`)
    await signInOn(page, { email: newPerson('nobody').email, password: 'wrong' })
    await page.getByRole('alert').getByText(/./).waitFor()
  },
  'create an account': async page => {
    await page.goto(server.url)
    await page.getByRole('button', { name: 'Create an account' }).click()
    await view(page, 'Create an account')
  },
  'signed in': async page => {
    await page.goto(server.url)
    await signInOn(page, person)
    await view(page, 'You are signed in')
  },
  overview: async page => {
    await openSignedIn(page, server.url, person, 'You are signed in')
    await page.getByText('Waiting for you').waitFor()
    await page.getByRole('row', { name: 'auth.success' }).first().waitFor()
  },
  'overview of nothing': async page => {
    const nobody = newPerson()
    await signUp(server.url, nobody)
    await openSignedIn(page, server.url, nobody, 'You are signed in')
    await page.getByText('Quick start').waitFor()
  },
  vaults: async page => {
    await openSignedIn(page, `${server.url}/vaults`, person, 'Vaults')
    await page.getByRole('table').waitFor()
  },
  'delete a vault': async page => {
    await openSignedIn(page, `${server.url}/vaults`, person, 'Vaults')
    await button(page, /^Delete the vault/).click()
    await button(page, 'Delete the vault').click()
  },
  'no such vault': page => openSignedIn(page, `${server.url}/vaults/none`, person, 'There is no such vault'),
  secrets: async page => {
    await inVault(page, '', PRODUCTION)
    await page.getByLabel('Filter by path').fill('e')
    await page.getByRole('row', { name: 'app/key' }).waitFor()
  },
  folder: async page => {
    await inVault(page, '/folders/app', 'app/')
    await page.getByRole('row', { name: 'key' }).waitFor()
  },
  'new secret': async page => {
    await inVault(page, '', PRODUCTION)
    await button(page, 'New secret').click()
    await page.getByLabel('Type').selectOption('Private key')
    await button(page, 'Write the secret').click()
  },
  'new signing key': async page => {
    await inVault(page, '', PRODUCTION)
    await button(page, 'New signing key').click()
  },
  'secret, hidden': async page => {
    await inVault(page, '/secrets/app/key', 'app/key')
    await page.getByRole('row', { name: 'Version 1' }).waitFor()
  },
  'secret, shown': async page => {
    await inVault(page, `/secrets/app/${LONG}`, `app/${LONG}`)
    await button(page, 'Reveal').click()
    await page.locator('pre').waitFor()
  },
  'bundle, shown': async page => {
    await inVault(page, '/secrets/bundle', 'bundle')
    await button(page, 'Reveal').click()
    await page.getByText('<i>').waitFor()
  },
  'signing key': async page => {
    await inVault(page, '/secrets/keys/signer', 'keys/signer')
    await page.getByText('nobody can read it').waitFor()
  },
  'no secret': async page => {
    await inVault(page, '/secrets/none', 'none')
    await page.getByText('There is no secret at this path.').waitFor()
  },
  'new version': page => onSecret(page, 'New version'),
  rotate: page => onSecret(page, 'Rotate'),
  'delete a secret': page => onSecret(page, 'Delete'),
  'an old version': page => onSecret(page, 'Look at version 1'),
  'share made': async page => {
    await onSecret(page, 'Share')
    await button(page, 'Make the share').click()
    await page.getByText('The share is made').waitFor()
  },
  policies: async page => {
    await inVault(page, '/policies', PRODUCTION)
    await page.getByLabel('Who').selectOption(LONG)
    await page.getByLabel('Path', { exact: true }).fill('app/key')
    await button(page, 'Ask the server').click()
    await page.getByText('No policy grants it.').waitFor()
  },
  'new policy': async page => {
    await inVault(page, '/policies', PRODUCTION)
    await button(page, 'New policy').click()
    await page.getByLabel('Paths', { exact: true }).fill('**')
    await page.getByText('Conditions (optional)').click()
    await button(page, 'Make the policy').click()
  },
  'reading refused': async page => {
    const admin = await joined(server, apiOf(server.url, await tokenOf(person)), 'admin')
    await openSignedIn(page, `${server.url}/vaults/${vault}/secrets/app/key`, admin.person, 'app/key')
    await button(page, 'Let me read app/key').waitFor()
  },
  'code wanted': page => verify(page, 'Sign in a terminal'),
  'code unknown': page => verify(page, 'No login has this code', 'ZZZZ-ZZZZ'),
  question: async page => verify(page, 'Approve this login?', (await askFromTerminal(server.url)).user_code),
  approved: async page => {
    await verify(page, 'Approve this login?', (await askFromTerminal(server.url)).user_code)
    await page.getByRole('button', { name: 'Approve' }).click()
    await view(page, 'Login approved')
  },
}

it.each(Object.entries(VIEWS))('the view "%s" has no fault, wide or narrow, light or dark', async (_, open) => {
  tab = await openTab(browser)
  await open(tab.page)
  expect(await faultsOfAllLooks(tab.page)).toEqual([])
  expect(tab.violations).toEqual([])
  expect(tab.errors).toEqual([])
})

it('follows the colour scheme of its reader', async () => {
  const grounds: string[] = []
  for (const scheme of ['light', 'dark'] as const) {
    const { page, context } = await openTab(browser, { scheme })
    await page.goto(server.url)
    grounds.push(await page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor'))
    await context.close()
  }
  const [light, dark] = grounds.map(ground => Math.max(...(ground.match(/\d+/g) ?? []).map(Number)))
  expect(light).toBeGreaterThan(200)
  expect(dark).toBeLessThan(60)
})

it('can be used without a pointer', async () => {
  const { user_code } = await askFromTerminal(server.url)
  tab = await openTab(browser)
  const { keyboard } = tab.page
  await tab.page.goto(`${server.url}/cli/verify?code=${user_code}`)
  await view(tab.page, 'Sign in')
  expect(await tab.page.locator('h1:focus').count()).toBe(1)
  await keyboard.press('Tab')
  await keyboard.type(person.email)
  await keyboard.press('Tab')
  await keyboard.type(person.password)
  await keyboard.press('Enter')
  await view(tab.page, 'Approve this login?')
  expect(await tab.page.locator('h1:focus').count()).toBe(1)
  expect(await tab.page.title()).toBe('Approve this login? · 1claw')

  const reached: string[] = []
  for (let stop = 0; stop < 3; stop++) {
    await keyboard.press('Tab')
    reached.push((await tab.page.locator(':focus').textContent()) ?? '')
  }
  expect(reached).toEqual(['Use another account', 'Deny', 'Approve'])
  await keyboard.press('Enter')
  await view(tab.page, 'Login approved')
})

describe('the policy of the pages', () => {
  it('lets no inline script run, and a breach is noticed', async () => {
    tab = await openTab(browser)
    await tab.page.goto(server.url)
    await tab.page.evaluate(`(() => {
      const script = document.createElement('script')
      script.textContent = 'globalThis.breached = true'
      document.head.append(script)
    })()`)
    await expect.poll(() => tab?.violations.length).toBeGreaterThan(0)
    expect(await tab.page.evaluate('globalThis.breached')).toBeUndefined()
  })

  it('lets no other page frame the question', async () => {
    tab = await openTab(browser)
    await tab.page.setContent(`<iframe src="${server.url}/cli/verify?code=BCDF-GHJK"></iframe>`)
    await expect.poll(() => tab?.page.frames().at(1)?.url()).toBe('chrome-error://chromewebdata/')
  })

  it('tells a place one goes on to nothing of the code', async () => {
    const reply = await fetch(`${server.url}/cli/verify?code=BCDF-GHJK`)
    expect(reply.headers.get('referrer-policy')).toBe('no-referrer')
    expect(reply.headers.get('cache-control')).toBe('no-store')
  })
})
