import type { Browser, CDPSession, Page } from 'playwright-core'
import { closeTabs, type Look, listen, openTab, sizeOf, type Tab } from './browser.ts'

/** Tabs that no test has, by their looks: to open a window costs Chromium more than most tests do in it. */
const free = new Map<string, Tab[]>()

/** A tab as `openTab` opens one: its browser keeps nothing, and its history is empty. Who takes it gives it back. */
export async function takeTab(browser: Browser, look: Look = {}): Promise<Tab> {
  const waiting = free.get(JSON.stringify(look)) ?? []
  // One that has crashed or was closed is none any more.
  for (let kept = waiting.pop(); kept; kept = waiting.pop()) if (await isAlive(kept)) return kept
  const tab = await openTab(browser, look)
  history.set(tab, await tab.context.newCDPSession(tab.page))
  watchLasting(tab)
  return tab
}

/** Whether its browser still answers. */
function isAlive({ page, context }: Tab): Promise<boolean> {
  return context.cookies().then(
    () => !page.isClosed(),
    () => false,
  )
}

/**
 * Takes a tab back: the next test with the same look gets it. One whose pages were changed for good, or whose browser may keep something
 * (`isClean` is false), is closed.
 */
export async function giveTabBack(tab: Tab, look: Look, isClean: boolean): Promise<void> {
  if (!isClean || tab.page.isClosed() || changed.has(tab)) return tab.context.close()
  await Promise.all(tab.context.pages().map(page => page !== tab.page && page.close()))
  await reset(tab, look)
  const key = JSON.stringify(look)
  free.set(key, [...(free.get(key) ?? []), tab])
}

/** Forgets for a tab where it has been. */
const history = new WeakMap<Tab, CDPSession>()

/** Tabs with what only a new window undoes: scripts that run in every page, a clock that stands, another session with the browser. */
const changed = new WeakSet<Tab>()

function watchLasting(tab: Tab): void {
  const { page, context } = tab
  const change = () => void changed.add(tab)
  watch(page, ['addInitScript', 'exposeFunction', 'exposeBinding', 'setExtraHTTPHeaders'], change)
  watch(context, ['addInitScript', 'exposeFunction', 'exposeBinding', 'setExtraHTTPHeaders', 'newCDPSession'], change)
  watch(context.clock, ['install', 'setFixedTime', 'setSystemTime', 'pauseAt'], change)
}

/** Not by spies of vitest, which end with the file that made them: a tab outlives it. */
function watch<T extends object>(target: T, names: readonly (keyof T & string)[], called: () => void): void {
  for (const name of names) {
    const original: unknown = target[name]
    if (typeof original !== 'function') throw new Error(`Playwright has no ${name} any more.`)
    Reflect.set(target, name, (...args: unknown[]) => {
      called()
      return Reflect.apply(original, target, args)
    })
  }
}

/** An empty page of the site that the servers of tests are in: Chromium then keeps the process of the page, and starts none for the next. */
const EMPTY = 'http://127.0.0.1/empty'

async function leave(page: Page): Promise<void> {
  await page.route(EMPTY, route => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
  await page.goto(EMPTY)
  await page.unroute(EMPTY)
}

/** What tests listen to. */
const HEARD = ['request', 'response', 'requestfinished', 'requestfailed', 'dialog', 'console', 'pageerror', 'popup', 'download']

async function reset(tab: Tab, look: Look): Promise<void> {
  const { page, context } = tab
  // Not those that Playwright itself has: it hears of a page that ends.
  for (const heard of HEARD) page.removeAllListeners(heard)
  await Promise.all([page.unrouteAll({ behavior: 'ignoreErrors' }), context.unrouteAll({ behavior: 'ignoreErrors' })])
  await context.setOffline(false)
  await leave(page)
  await Promise.all([context.clearCookies(), context.clearPermissions(), history.get(tab)?.send('Page.resetNavigationHistory')])
  await page.setViewportSize(sizeOf(look))
  await page.emulateMedia({ colorScheme: look.scheme ?? 'light', forcedColors: null, reducedMotion: null, media: null })
  await page.mouse.move(0, 0)
  tab.violations.length = 0
  tab.errors.length = 0
  listen(tab)
}

/** Closes the tabs that tests have; those that wait for the next one show nothing. */
export const closeTakenTabs = (): Promise<void> => closeTabs(new Set([...free.values()].flat().map(tab => tab.context)))
