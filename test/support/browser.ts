import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Debian's Chromium; its build without windows if that is installed, because it takes two thirds of the time. */
const SHELL = '/usr/bin/chromium-headless-shell'
const PROGRAM = existsSync(SHELL) ? SHELL : '/usr/bin/chromium'

let running: Promise<Browser> | undefined

/** The headless browser: one for all test files of a process, closed with it. */
export function theBrowser(): Promise<Browser> {
  running ??= chromium.launch({ executablePath: PROGRAM, headless: true, args: FLAGS })
  return running
}

/** Closes what a test file has open, except `waiting`; only then can the server of its pages end. */
export async function closeTabs(waiting: ReadonlySet<BrowserContext> = new Set()): Promise<void> {
  for (const context of (await running)?.contexts() ?? []) if (!waiting.has(context)) await context.close()
}

export interface Look {
  readonly width?: number
  readonly scheme?: 'light' | 'dark'
  /** The number of pixels of a picture for each pixel of the page. */
  readonly scale?: number
}

/** A tab with a separate profile, and its complaints. */
export interface Tab {
  readonly page: Page
  readonly context: BrowserContext
  /** Violations of the content security policy, as the browser reports them. */
  readonly violations: string[]
  /** Uncaught exceptions, and console errors other than failed requests. */
  readonly errors: string[]
}

const REPORT = `addEventListener('securitypolicyviolation', event =>
  console.error('[policy] ' + event.effectiveDirective + ' ' + event.blockedURI))`

export async function openTab(browser: Browser, look: Look = {}): Promise<Tab> {
  const context = await browser.newContext({
    viewport: sizeOf(look),
    colorScheme: look.scheme ?? 'light',
    deviceScaleFactor: look.scale ?? 1,
    locale: 'en-GB',
    timezoneId: 'UTC',
  })
  context.setDefaultTimeout(60_000)
  const tab: Tab = { context, page: await context.newPage(), violations: [], errors: [] }
  await tab.page.addInitScript(REPORT)
  listen(tab)
  return tab
}

export const sizeOf = ({ width = 1280 }: Look) => ({ width, height: 800 })

/** Records the complaints of the tab. */
export function listen(tab: Tab): void {
  tab.page.on('pageerror', error => tab.errors.push(error.message))
  tab.page.on('console', message => {
    const text = message.text()
    if (message.type() !== 'error' || text.startsWith('Failed to load resource')) return
    if (/\[policy\]|Content Security Policy/i.test(text)) tab.violations.push(text)
    else tab.errors.push(text)
  })
}

const KEPT = `(async () => [
  ...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie,
  ...(await indexedDB.databases()).map(each => each.name), ...(await caches.keys()),
].filter(Boolean))()`

/** Everything that this page's origin keeps in the browser, by name. */
export function keptBy({ page }: Tab): Promise<string[]> {
  return page.evaluate<string[]>(KEPT)
}
