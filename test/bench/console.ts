/** `npm run bench -- --console`: the time of the pages in a browser, with a quarter of this machine's processor while somebody types. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import type { Client } from '../../src/client/client.ts'
import { closeTabs, openTab, theBrowser } from '../support/browser.ts'
import { apiOf, newPerson, openSignedIn, type Person, signUp, view } from '../support/console.ts'
import { serve } from './servers.ts'

type Line = (name: string, figure: string, budget?: { text: string; kept: boolean }) => void

const SECRETS = 5000
const VAULTS = 4
/** How many times slower than this machine the browser is while somebody types. */
const SLOWER = 4
const BUDGETS = { typing: 100, paint: 300, share: 80_000 }
const BATCH = 200

export async function consolePages(line: Line): Promise<void> {
  process.stdout.write(`\nConsole, ${SECRETS} secrets in ${VAULTS} vaults\n`)
  const dataDir = await mkdtemp(join(tmpdir(), '1claw-bench-console-'))
  const server = await serve(dataDir)
  const person = newPerson()
  const client = apiOf(server.url, await signUp(server.url, person))
  const share = await furnish(client)
  const browser = await theBrowser()
  const budget = (most: number) => (figure: number) => ({ text: `${most} ms`, kept: figure <= most })

  for (const [name, open] of Object.entries(fields(server.url))) {
    const worst = await typing(browser, person, open)
    line(`a key in ${name}`, `${worst} ms, the slowest of ${WORD.length}`, budget(BUDGETS.typing)(worst))
  }
  for (const [name, url] of [
    ['the sign-in page', server.url],
    ['a share', share],
  ] as const) {
    const { first, largest, bytes } = await painting(browser, url)
    line(`first paint of ${name}, cold`, `${first} ms`, budget(BUDGETS.paint)(first))
    line(`largest paint of ${name}, cold`, `${largest} ms`, budget(BUDGETS.paint)(largest))
    if (url === share)
      line('what a share loads', `${(bytes / 1000).toFixed(0)} kB`, { text: '80 kB', kept: bytes <= BUDGETS.share })
  }
  await closeTabs()
  await browser.close()
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
}

/** Creates secrets in vaults; returns the address of a share. */
async function furnish(client: Client): Promise<string> {
  let secret = ''
  for (let vault = 0; vault < VAULTS; vault++) {
    const { id } = await client.call('vaults.create', { body: { name: `vault ${vault}` } })
    const paths = Array.from(
      { length: SECRETS / VAULTS },
      (_, at) => `team-${at % 40}/app-${at}/${at % 7 ? 'db/url' : 'webhook'}`,
    )
    for (let from = 0; from < paths.length; from += BATCH) {
      const secrets = paths.slice(from, from + BATCH).map(path => ({ path, value: 'x'.repeat(40) }))
      await client.call('secrets.put-many', { params: { vault_id: id }, body: { secrets } })
    }
    const { secrets } = await client.call('secrets.list', { params: { vault_id: id }, query: { limit: 1 } })
    secret = secrets[0]?.id ?? ''
  }
  const expires_at = new Date(Date.now() + 86_400_000).toISOString()
  const body = { recipient_type: 'anyone_with_link', expires_at, max_access_count: 100 } as const
  return (await client.call('shares.create', { params: { secret_id: secret }, body })).share_url
}

type Open = (page: Page, person: Person) => Promise<void>

/** Every field that narrows a list of secrets. */
const fields = (url: string): Readonly<Record<string, Open>> => ({
  'the search over everything': async (page, person) => {
    await openSignedIn(page, url, person, 'Overview')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').waitFor()
  },
  'the list of all secrets': async (page, person) => {
    await openSignedIn(page, `${url}/secrets`, person, 'Secrets')
    await page.getByLabel('Search all secrets').focus()
  },
  'the list of all secrets, with its map': async (page, person) => {
    await openSignedIn(page, `${url}/secrets?map=all`, person, 'Secrets')
    await page.locator('.heat-squares').first().waitFor()
    await page.getByLabel('Search all secrets').focus()
  },
  'the list of a vault': async (page, person) => {
    await openSignedIn(page, `${url}/vaults/vault 0`, person, 'vault 0')
    await page.getByLabel('Search this vault').focus()
  },
})

const WORD = 'webhook team-3'

/** From a key to the paint that shows it, the slowest, in milliseconds, as the browser's own event timing has it. */
async function typing(browser: Browser, person: Person, open: Open): Promise<number> {
  const { page, context } = await openTab(browser)
  await open(page, person)
  await page.waitForLoadState('networkidle')
  const devtools = await context.newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER })
  await page.evaluate(`globalThis.slowest = 0
    new PerformanceObserver(list => {
      for (const { duration, name } of list.getEntries()) if (/^key|^input/.test(name)) slowest = Math.max(slowest, duration)
    }).observe({ type: 'event', durationThreshold: 16 })`)
  await page.keyboard.type(WORD, { delay: 250 })
  await page.waitForTimeout(500)
  const slowest = await page.evaluate<number>('slowest')
  await context.close()
  return slowest
}

/** When a page that was never seen before is painted, in milliseconds from the click, and what it loads, compressed. */
async function painting(browser: Browser, url: string) {
  const { page, context } = await openTab(browser)
  const loads: Promise<number>[] = []
  page.on('requestfinished', request => loads.push(request.sizes().then(({ responseBodySize }) => responseBodySize)))
  await page.addInitScript(`new PerformanceObserver(list => {
    globalThis.largest = list.getEntries().at(-1).startTime
  }).observe({ type: 'largest-contentful-paint', buffered: true })`)
  await page.goto(url)
  await view(page, /./)
  await page.waitForLoadState('networkidle')
  const first = await page.evaluate<number>(`performance.getEntriesByName('first-contentful-paint')[0].startTime`)
  const largest = await page.evaluate<number>('largest')
  const sizes = await Promise.all(loads)
  await context.close()
  return { first: Math.round(first), largest: Math.round(largest), bytes: sizes.reduce((sum, size) => sum + size, 0) }
}
