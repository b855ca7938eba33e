/**
 * A picture of every page, wide and narrow, light and dark, compared with the stored one in this folder. After an intended change:
 * `ONECLAW_GALLERY=new node_modules/.bin/vitest run test/browser/gallery`, then check the changes with git.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { expect, test } from 'vitest'
import { openTab, theBrowser } from '../../support/browser.ts'
import { ended } from '../../support/console-tests.ts'
import { started } from '../../support/fixtures.ts'
import { furnishGallery, GALLERY, NOON } from '../../support/gallery-scene.ts'
import { axeFaults, difference, picture } from '../../support/picture.ts'
import { startServer } from '../../support/server.ts'
import { stripeDouble } from '../../support/stripe/double.ts'
import { webhookOf } from '../../support/stripe/webhook.ts'

/** Width, colour scheme, and whether axe-core runs: it finds the same faults in both schemes. */
const LOOKS: readonly (readonly [width: number, scheme: 'light' | 'dark', scanned?: boolean])[] = [
  [1280, 'light', true],
  [375, 'dark', true],
  [1280, 'dark'],
  [375, 'light'],
]

/** Fonts are drawn slightly differently on different machines; missing or moved content differs far more than this. */
const TOLERANCE = 0.015

const it = test
  .extend(
    'stripe',
    { scope: 'file' },
    started(
      () => stripeDouble(() => NOON),
      stripe => stripe.close(),
    ),
  )
  .extend('server', { scope: 'file' }, async ({ stripe }, { onCleanup }) => {
    const server = await startServer({ clock: () => NOON, stripe: stripe.config })
    onCleanup(() => ended(server))
    stripe.events.to(webhookOf(server.url))
    return server
  })
  .extend('scene', { scope: 'file', auto: true }, ({ server, stripe }) => furnishGallery(server, stripe))
  .extend('tab', { scope: 'file', auto: true }, async () => {
    // At half their size pictures are small files, and single pixels do not matter.
    const tab = await openTab(await theBrowser(), { scale: 0.5 })
    await tab.page.clock.setFixedTime(NOON)
    return tab
  })

/** Tables that are cards in a wide window, and rows of one line that buttons make higher. */
const UNEXPECTED = `[...document.querySelectorAll('table')].flatMap(table => {
  const name = table.caption?.textContent
  if (table.dataset.cards !== undefined) return [name + ': cards']
  const heights = [...table.querySelectorAll('tr:has(.cell-actions):not(:has(.under))')].map(row => row.offsetHeight)
  return Math.max(0, ...heights) > 37 ? [name + ': rows of ' + Math.max(...heights) + ' px'] : []
})`

it.for(Object.entries(GALLERY))(
  'the page "%s" looks as in its picture, and axe-core finds nothing',
  async ([name, visit], { tab, scene }) => {
    const { page } = tab
    await visit(page, scene)
    for (const [width, colorScheme, scanned = false] of LOOKS) {
      await page.setViewportSize({ width, height: 1000 })
      await page.emulateMedia({ colorScheme })
      const look = `${width}-${colorScheme}`
      if (scanned) expect.soft(await axeFaults(page), look).toEqual([])
      compare(await picture(page), name, look)
      if (width === 1280) expect.soft(await page.evaluate<string[]>(UNEXPECTED), look).toEqual([])
    }
    // A window of 1280 px at 200 % is half as wide.
    for (const width of [1024, 800, 640]) {
      await page.setViewportSize({ width, height: 1000 })
      await expect.poll(() => page.evaluate<number>('document.documentElement.scrollWidth')).toBe(width)
    }
  },
)

function compare(shown: PNG, name: string, look: string): void {
  const file = join(import.meta.dirname, name, `${look}.png`)
  if (process.env['ONECLAW_GALLERY'] === 'new') {
    mkdirSync(join(import.meta.dirname, name), { recursive: true })
    if (existsSync(file) && difference(shown, PNG.sync.read(readFileSync(file))) <= TOLERANCE / 10) return
    writeFileSync(file, PNG.sync.write(shown, { colorType: 2, deflateLevel: 9 }))
    return
  }
  const differing = difference(shown, PNG.sync.read(readFileSync(file)))
  // Events of the same moment are listed in the order in which they were written, which is not always the same.
  const most = name === 'audit' ? 2 * TOLERANCE : TOLERANCE
  expect.soft(differing, `${name} ${look}: this share of the picture differs`).toBeLessThan(most)
}
