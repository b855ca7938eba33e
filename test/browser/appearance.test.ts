import type { Page } from 'playwright-core'
import { describe, expect } from 'vitest'
import { keptBy } from '../support/browser.ts'
import { openPersonMenu, openSignedIn, view } from '../support/console.ts'
import { consoleTests } from '../support/console-tests.ts'
import { MOVING, UNSEEN } from '../support/page-audit.ts'

const it = consoleTests()
  .extend('keeps', () => 'anything' as const)
  .extend('calls', ({ page }) => {
    async function choose(name: string) {
      await openPersonMenu(page)
      await page.getByRole('radio', { name, exact: true }).check()
      await page.keyboard.press('Escape')
    }
    return { choose }
  })

const DARK = 'rgb(15, 22, 21)'

const LIGHT = 'rgb(243, 245, 245)'

const groundOf = (of: Page) => of.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')

describe('the appearance', () => {
  it('follows the system until one is chosen, which then applies to all tabs and to pages without a sign-in', async ({
    server,
    tab,
    page,
    person,
    calls: { choose },
  }) => {
    await openSignedIn(page, server.url, person, 'Overview')
    const other = await tab.context.newPage()
    await other.goto(`${server.url}/members`)
    await view(other, 'Members')
    await expect.poll(() => groundOf(page)).toBe(LIGHT)
    await choose('Dark')
    await expect.poll(() => groundOf(page)).toBe(DARK)
    await expect.poll(() => groundOf(other)).toBe(DARK)
    await page.reload()
    await view(page, 'Overview')
    await expect.poll(() => groundOf(page)).toBe(DARK)
    await page.goto(`${server.url}/forgot-password`)
    await expect.poll(() => groundOf(page)).toBe(DARK)
    await expect.poll(() => keptBy(tab)).toEqual(['1claw-appearance'])

    await openSignedIn(page, server.url, person, 'Overview')
    await choose('System')
    await expect.poll(() => groundOf(page)).toBe(LIGHT)
    await page.emulateMedia({ colorScheme: 'dark' })
    await expect.poll(() => groundOf(page)).toBe(DARK)
    await choose('Light')
    await expect.poll(() => groundOf(page)).toBe(LIGHT)
    await choose('System')
    await expect.poll(() => keptBy(tab)).toEqual([])
  })

  it('is applied before the first paint', async ({ server, page }) => {
    await page.goto(`${server.url}/forgot-password`)
    await page.evaluate(`localStorage.setItem('1claw-appearance', 'dark')`)
    // The script of the pages is blocked, so the page is painted without it.
    await page.route(/assets\/index-.*\.js$/, () => {})
    await page.goto(`${server.url}/forgot-password`, { waitUntil: 'commit' })
    await expect.poll(() => page.evaluate('document.styleSheets.length')).toBeGreaterThan(0)
    await expect.poll(() => groundOf(page)).toBe(DARK)
    await expect.poll(() => page.locator('#root').innerHTML()).toBe('')
    await page.unrouteAll({ behavior: 'ignoreErrors' })
  })

  it('applies to the current page if the browser stores nothing', async ({ server, page, person, calls: { choose } }) => {
    await page.addInitScript(
      `Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })`,
    )
    await openSignedIn(page, server.url, person, 'Overview')
    await choose('Dark')
    await expect.poll(() => groundOf(page)).toBe(DARK)
    await choose('System')
    await expect.poll(() => groundOf(page)).toBe(LIGHT)
  })
})

const PAGES = { '/': 'Overview', '/vaults': 'Vaults', '/agents': 'Agents', '/audit': 'Audit', '/account': 'Account' } as const

describe('the pages', () => {
  it('keep their outlines, marks and bars in forced colours', async ({ server, page, person }) => {
    await page.emulateMedia({ forcedColors: 'active' })
    await openSignedIn(page, server.url, person, 'Overview')
    for (const [path, title] of Object.entries(PAGES)) {
      await page.goto(server.url + path)
      await view(page, title)
      expect(await page.evaluate(UNSEEN), path).toEqual([])
    }
  })

  it('do not move with reduced motion', async ({ server, page, person }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await openSignedIn(page, server.url, person, 'Overview')
    for (const [path, title] of Object.entries(PAGES)) {
      await page.goto(server.url + path)
      await view(page, title)
      expect(await page.evaluate(MOVING), path).toEqual([])
    }
  })

  it('work at 200 % zoom: nothing is cut off or scrolls sideways, and the menus fit', async ({ server, page, person }) => {
    // A window of 1280 by 800 px at 200 %.
    await page.setViewportSize({ width: 640, height: 400 })
    await openSignedIn(page, server.url, person, 'Overview')
    for (const [path, title] of Object.entries(PAGES)) {
      await page.goto(server.url + path)
      await view(page, title)
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), path).toBeLessThanOrEqual(0)
    }
    await page.getByRole('button', { name: 'Menu', exact: true }).click()
    await openPersonMenu(page)
    const out = page.getByRole('button', { name: 'Sign out' })
    await out.scrollIntoViewIfNeeded()
    const box = await out.boundingBox()
    expect((box?.y ?? 999) + (box?.height ?? 0)).toBeLessThanOrEqual(400)
    await out.click()
    await view(page, 'Sign in')
  })
})
