import type { Browser, CDPSession, Page } from 'playwright-core'
import { closeTabs, type Look, listen, openTab, sizeOf, type Tab } from './browser.ts'

/** Tabs that no test currently uses, by their look: a new window takes Chromium longer than most tests take in it. */
const free = new Map<string, Tab[]>()

/** A tab like a new one: its browser keeps nothing, and its history is empty. The caller gives it back. */
export async function takeTab(browser: Browser, look: Look = {}): Promise<Tab> {
  const waiting = free.get(JSON.stringify(look)) ?? []
  // A tab that has crashed or was closed is skipped.
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
 * Takes a tab back for the next test with the same look. Closes it if its pages were changed permanently, or if its browser could keep
 * something (`isClean` is false).
 */
export async function giveTabBack(tab: Tab, look: Look, isClean: boolean): Promise<void> {
  if (!isClean || tab.page.isClosed() || changed.has(tab)) return tab.context.close()
  await Promise.all(tab.context.pages().map(page => page !== tab.page && page.close()))
  await reset(tab, look)
  const key = JSON.stringify(look)
  free.set(key, [...(free.get(key) ?? []), tab])
}

/** Sessions with the browser that clear the history of a tab. */
const history = new WeakMap<Tab, CDPSession>()

/** Tabs with changes that only a new window undoes: scripts that run in every page, a stopped clock, another session with the browser. */
const changed = new WeakSet<Tab>()

function watchLasting(tab: Tab): void {
  const { page, context } = tab
  const change = () => void changed.add(tab)
  watch(page, ['addInitScript', 'exposeFunction', 'exposeBinding', 'setExtraHTTPHeaders'], change)
  watch(context, ['addInitScript', 'exposeFunction', 'exposeBinding', 'setExtraHTTPHeaders', 'newCDPSession'], change)
  watch(context.clock, ['install', 'setFixedTime', 'setSystemTime', 'pauseAt'], change)
}

/** Not with vitest's spies, which end with the file that created them: a tab outlives it. */
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

/** An empty page of the same site as the servers of tests: Chromium then reuses the process of the page for the next one. */
const EMPTY = 'http://127.0.0.1/empty'

async function leave(page: Page): Promise<void> {
  await page.route(EMPTY, route => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }))
  await page.goto(EMPTY)
  await page.unroute(EMPTY)
}

/** Events that tests listen to. */
const HEARD = ['request', 'response', 'requestfinished', 'requestfailed', 'dialog', 'console', 'pageerror', 'popup', 'download']

async function reset(tab: Tab, look: Look): Promise<void> {
  const { page, context } = tab
  // Playwright's own listeners stay: it must notice when a page closes.
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

/** Closes the tabs that tests have; waiting tabs show nothing. */
export const closeTakenTabs = (): Promise<void> => closeTabs(new Set([...free.values()].flat().map(tab => tab.context)))
