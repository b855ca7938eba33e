import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import jsqr from 'jsqr'
import pixelmatch from 'pixelmatch'
import type { Locator, Page } from 'playwright-core'
import { PNG } from 'pngjs'

/** Reads the QR code in a screenshot of an element; undefined if there is no readable one. */
export async function scanned(shown: Locator): Promise<string | undefined> {
  const { data, width, height } = PNG.sync.read(await shown.screenshot({ caret: 'initial' }))
  return jsqr.default(new Uint8ClampedArray(data), width, height)?.data
}

/** Replaces text that differs from run to run: ids, hashes, the port of the server. The new text has the same width. */
const STEADY = `(() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const text = texts.currentNode
    text.textContent = text.textContent
      .replace(/\\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b/g, id => id.replace(/[0-9a-f]/g, '0'))
      .replace(/\\b(\\w+) [0-9a-f]{8}\\b/g, (_, kind) => kind + ' 00000000')
      .replace(/127\\.0\\.0\\.1:\\d+/g, '127.0.0.1:8080')
      .replace(/(ssh-ed25519 )?[A-Za-z0-9+/]{43,}={0,2}/g, key => 'K'.repeat(key.length))
      .replace(/0x[0-9a-f]{40}/gi, '0x' + '0'.repeat(40))
  }
})()`

/** A screenshot of the upper 1000 px of a page, in the scale of its tab. */
export async function picture(page: Page): Promise<PNG> {
  await page.evaluate(STEADY)
  return PNG.sync.read(await page.screenshot({ animations: 'disabled', caret: 'hide' }))
}

/** The share of pixels that differ between two pictures, 0 to 1; 1 if their sizes differ. */
export function difference(one: PNG, other: PNG): number {
  if (one.width !== other.width || one.height !== other.height) return 1
  const differing = pixelmatch(one.data, other.data, undefined, one.width, one.height, { threshold: 0.2 })
  return differing / (one.width * one.height)
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** The rules of axe-core's category `cat.color` that are on by default. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']

/**
 * The faults that axe-core finds on a page, a line each. `colour` runs only the rules whose result depends on the colour scheme, for a
 * page that was checked with all rules at this width.
 */
export async function axeFaults(page: Page, rules: 'all' | 'colour' = 'all'): Promise<string[]> {
  // A page is checked several times; the script of half a megabyte is sent once.
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(AXE)
  const options = { resultTypes: ['violations'], ...(rules === 'colour' && { runOnly: COLOUR_RULES }) }
  return page.evaluate<string[]>(
    `axe.run(${JSON.stringify(options)}).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(node => id + ': ' + node.html.slice(0, 160))))`,
  )
}
