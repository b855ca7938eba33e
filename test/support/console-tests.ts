import type { Browser } from 'playwright-core'
import { expect, test } from 'vitest'
import { keptBy, type Look, type Tab, theBrowser } from './browser.ts'
import { newAccount } from './console.ts'
import { closeTakenTabs, giveTabBack, takeTab } from './kept-tabs.ts'
import { startServer, type TestServer } from './server.ts'

type Settings = NonNullable<Parameters<typeof startServer>[0]>

/** The entries that a tab can leave in the browser, by name. */
type Keeps = readonly string[] | 'anything'

/** `it` for tests of the console that share a server and its first account, an admin of the platform. */
export function consoleTests(settings: Settings = {}, name?: string) {
  return sharedServer(settings)
    .extend('account', { scope: 'file', auto: true }, ({ server }) => newAccount(server.url, name))
    .extend('person', { scope: 'file' }, ({ account }) => account.person)
    .extend('token', { scope: 'file' }, ({ account }) => account.token)
    .extend('client', { scope: 'file' }, ({ account }) => account.client)
}

/** The same, with a new account for each test, in its own organisation and without rights on the platform. */
export function guestTests(settings: Settings = {}, name?: string) {
  return sharedServer(settings)
    .extend('platform', { scope: 'file', auto: true }, ({ server }) => newAccount(server.url, 'platform'))
    .extend('account', ({ server }) => newAccount(server.url, name))
    .extend('person', ({ account }) => account.person)
    .extend('token', ({ account }) => account.token)
    .extend('client', ({ account }) => account.client)
}

/** The same, with a separate server for each test, whose clock it can move. */
export function ownServerTests(settings: Settings = {}, name?: string) {
  return test
    .extend('browser', { scope: 'file', auto: true }, theBrowser)
    .extend('settings', () => settings)
    .extend('clock', () => ({ late: 0 }))
    .extend('server', async ({ settings, clock }, { onCleanup }) => {
      const server = await startServer({ clock: () => Date.now() + clock.late, ...settings })
      onCleanup(() => ended(server))
      return server
    })
    .extend('look', (): Look => ({}))
    .extend('keeps', (): Keeps => [])
    .extend('tab', opened)
    .extend('page', ({ tab }) => tab.page)
    .extend('account', ({ server }) => newAccount(server.url, name))
    .extend('person', ({ account }) => account.person)
    .extend('token', ({ account }) => account.token)
    .extend('client', ({ account }) => account.client)
}

/** A server for the file, and a tab for each test. Suites extend `settings`, `look` and `keeps` if theirs differ. */
function sharedServer(settings: Settings) {
  return test
    .extend('browser', { scope: 'file', auto: true }, theBrowser)
    .extend('settings', { scope: 'file' }, () => settings)
    .extend('server', { scope: 'file', auto: true }, async ({ settings }, { onCleanup }) => {
      const server = await startServer(settings)
      onCleanup(() => ended(server))
      return server
    })
    .extend('look', (): Look => ({}))
    .extend('keeps', (): Keeps => [])
    .extend('tab', opened)
    .extend('page', ({ tab }) => tab.page)
}

/** A tab that fails its test if the page violated its content security policy, threw, or left anything in the browser. */
async function opened(
  { browser, server, look, keeps }: { browser: Browser; server: TestServer; look: Look; keeps: Keeps },
  { onCleanup }: { onCleanup: (end: () => Promise<void>) => void },
): Promise<Tab> {
  const tab = await takeTab(browser, look)
  onCleanup(async () => {
    const isSeen = keeps !== 'anything' && tab.page.url().startsWith(server.url)
    const kept = isSeen ? await keptBy(tab) : []
    const complaints = { violations: [...tab.violations], errors: [...tab.errors] }
    await giveTabBack(tab, look, isSeen && kept.length === 0)
    expect(complaints).toEqual({ violations: [], errors: [] })
    expect(kept.filter(each => !keeps.includes(each))).toEqual([])
  })
  return tab
}

/** A server can only end when no page of it is open. */
export async function ended(server: TestServer): Promise<void> {
  await closeTakenTabs()
  await server.close()
}
