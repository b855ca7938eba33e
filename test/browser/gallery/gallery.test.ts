/**
 * A picture of every page, wide and narrow, light and dark, compared with the one beside this file. After a change that is meant:
 * `ONECLAW_GALLERY=new node_modules/.bin/vitest run test/browser/gallery`, then look at what git says has changed.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeTabs, openTab, type Tab, theBrowser } from '../../support/browser.ts'
import { furnishGallery, GALLERY, NOON, type Scene } from '../../support/gallery-scene.ts'
import { axeFaults, difference, picture } from '../../support/picture.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { type StripeDouble, stripeDouble } from '../../support/stripe/double.ts'
import { webhookOf } from '../../support/stripe/webhook.ts'

/** Width, scheme, and whether axe-core looks too: what it finds in one of two it finds in the other. */
const LOOKS: readonly (readonly [width: number, scheme: 'light' | 'dark', scanned?: boolean])[] = [
  [1280, 'light', true],
  [375, 'dark', true],
  [1280, 'dark'],
  [375, 'light'],
]

/** Fonts are drawn a little differently from machine to machine; what is gone, moved or black is far more than this. */
const TOLERANCE = 0.015

let browser: Browser
let server: TestServer
let scene: Scene
let stripe: StripeDouble
let tab: Tab

beforeAll(async () => {
  browser = await theBrowser()
  stripe = await stripeDouble(() => NOON)
  server = await startServer({ clock: () => NOON, stripe: stripe.config })
  stripe.events.to(webhookOf(server.url))
  scene = await furnishGallery(server, stripe)
  // At half their size pictures are small files, and do not quarrel about single pixels.
  tab = await openTab(browser, { scale: 0.5 })
  await tab.page.clock.setFixedTime(NOON)
})
afterAll(async () => {
  await closeTabs()
  await server.close()
  await stripe.close()
})

it.each(Object.entries(GALLERY))('the page "%s" looks as it did, and axe-core has nothing to say', async (name, visit) => {
  const { page } = tab
  await visit(page, scene)
  for (const [width, colorScheme, scanned = false] of LOOKS) {
    await page.setViewportSize({ width, height: 1000 })
    await page.emulateMedia({ colorScheme })
    const look = `${width}-${colorScheme}`
    if (scanned) expect.soft(await axeFaults(page), look).toEqual([])
    compare(await picture(page), name, look)
  }
})

function compare(shown: PNG, name: string, look: string): void {
  const file = join(import.meta.dirname, name, `${look}.png`)
  if (process.env['ONECLAW_GALLERY'] === 'new') {
    mkdirSync(join(import.meta.dirname, name), { recursive: true })
    if (existsSync(file) && difference(shown, PNG.sync.read(readFileSync(file))) <= TOLERANCE / 10) return
    writeFileSync(file, PNG.sync.write(shown, { colorType: 2, deflateLevel: 9 }))
    return
  }
  const differing = difference(shown, PNG.sync.read(readFileSync(file)))
  expect.soft(differing, `${name} ${look}: this share of the picture differs`).toBeLessThan(TOLERANCE)
}
