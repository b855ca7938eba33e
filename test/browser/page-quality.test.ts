import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { openTab } from '../support/browser.ts'
import { askFromTerminal, newPerson, type Person, signInOn, view } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'
import { faultsOfAllLooks } from '../support/page-audit.ts'
import { peopleViews, type Views } from '../support/people-views.ts'
import type { TestServer } from '../support/server.ts'
import { furnish, vaultViews } from '../support/vault-views.ts'

const it = consoleTests({}, 'a.person.with.rather.a.long.address').extend(
  'vault',
  { scope: 'file', auto: true },
  ({ server, token }) => furnish(server.url, token),
)

/** Where the views are: their list is created before the server. */
let here: { readonly server: TestServer; readonly person: Person; readonly vault: string }
it.beforeAll(({ server, person, vault }) => {
  here = { server, person, vault }
})

async function verify(page: Page, title: string, code?: string) {
  await page.goto(`${here.server.url}/cli/verify${code === undefined ? '' : `?code=${code}`}`)
  await signInOn(page, here.person)
  await view(page, title)
}

const VIEWS: Views = {
  ...peopleViews(() => ({ url: here.server.url, person: here.person })),
  ...vaultViews(() => here),
  'sign in': async page => {
    await page.goto(here.server.url)
    await view(page, 'Sign in')
  },
  'sign in, with faults': async page => {
    await page.goto(here.server.url)
    await page.getByRole('button', { name: 'Sign in' }).click()
  },
  'sign in, refused': async page => {
    await page.goto(`${here.server.url}/cli/verify?code=BCDF-GHJK`)
    await signInOn(page, { email: newPerson('nobody').email, password: 'wrong' })
    await page.getByRole('alert').getByText(/./).waitFor()
  },
  'create an account': async page => {
    await page.goto(here.server.url)
    await page.getByRole('button', { name: 'Create an account' }).click()
    await view(page, 'Create an account')
  },
  'signed in': async page => {
    await page.goto(here.server.url)
    await signInOn(page, here.person)
    await view(page, 'Overview')
  },
  'code wanted': page => verify(page, 'Approve a terminal sign-in'),
  'code unknown': page => verify(page, 'No login has this code', 'ZZZZ-ZZZZ'),
  question: async page => verify(page, 'Approve this login?', (await askFromTerminal(here.server.url)).user_code),
  approved: async page => {
    await verify(page, 'Approve this login?', (await askFromTerminal(here.server.url)).user_code)
    await page.getByRole('button', { name: 'Approve' }).click()
    await view(page, 'Login approved')
  },
}

it.for(Object.entries(VIEWS))(
  'the view "%s" has no accessibility fault, wide or narrow, light or dark',
  async ([_, open], { tab }) => {
    await open(tab.page)
    expect(await faultsOfAllLooks(tab.page)).toEqual([])
    expect(tab.violations).toEqual([])
    expect(tab.errors).toEqual([])
  },
)

it('the page follows the colour scheme of its reader', async ({ browser, server }) => {
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

it('the page can be used without a pointer', async ({ server, tab, person }) => {
  const { user_code } = await askFromTerminal(server.url)
  const { keyboard } = tab.page
  await tab.page.goto(`${server.url}/cli/verify?code=${user_code}`)
  await view(tab.page, 'Sign in')
  await expect.poll(() => tab.page.locator('h1:focus').count()).toBe(1)
  await keyboard.press('Tab')
  await keyboard.type(person.email)
  await keyboard.press('Tab')
  await keyboard.type(person.password)
  await keyboard.press('Enter')
  await view(tab.page, 'Approve this login?')
  await expect.poll(() => tab.page.locator('h1:focus').count()).toBe(1)
  expect(await tab.page.title()).toBe('Approve this login? · 1claw')

  const reached: string[] = []
  for (let stop = 0; stop < 3; stop++) {
    await keyboard.press('Tab')
    reached.push((await tab.page.locator(':focus').textContent()) ?? '')
  }
  expect(reached).toEqual(['Use another account', 'Decline', 'Approve'])
  await keyboard.press('Enter')
  await view(tab.page, 'Login approved')
})

describe('the content security policy of the pages', () => {
  it('blocks inline scripts, and a violation is noticed', async ({ browser, server }) => {
    const tab = await openTab(browser)
    await tab.page.goto(server.url)
    await tab.page.evaluate(`(() => {
      const script = document.createElement('script')
      script.textContent = 'globalThis.breached = true'
      document.head.append(script)
    })()`)
    await expect.poll(() => tab.violations.length).toBeGreaterThan(0)
    expect(await tab.page.evaluate('globalThis.breached')).toBeUndefined()
  })

  it('forbids other pages to frame the question', async ({ browser, server }) => {
    const tab = await openTab(browser)
    await tab.page.setContent(`<iframe src="${server.url}/cli/verify?code=BCDF-GHJK"></iframe>`)
    await expect.poll(() => tab.page.frames().at(1)?.url()).toBe('chrome-error://chromewebdata/')
  })

  it('keeps the code from being sent to the next site', async ({ server }) => {
    const reply = await fetch(`${server.url}/cli/verify?code=BCDF-GHJK`)
    expect(reply.headers.get('referrer-policy')).toBe('no-referrer')
    expect(reply.headers.get('cache-control')).toBe('no-store')
  })
})
