import type { Page } from 'playwright-core'
import { axeFaults } from './picture.ts'

/** The faults of this page for people with a keyboard, a screen reader, impaired sight or a small screen; empty if there are none. */
export function faultsOf(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(AUDIT)
}

/** Width, colour scheme and rules of axe-core; 320 px is a window of 1280 px at 400 %, or of 640 px at 200 %. */
const LOOKS = [
  [1280, 'light', 'all'],
  [1280, 'dark', 'colour'],
  [375, 'light', 'all'],
  [375, 'dark', 'colour'],
  [320, 'light', 'all'],
] as const

/** These faults and those that axe-core finds, wide and narrow, light and dark; each with the look in which it was found. */
export async function faultsOfAllLooks(page: Page): Promise<string[]> {
  const found: string[] = []
  for (const [width, colorScheme, rules] of LOOKS) {
    await page.setViewportSize({ width, height: 720 })
    await page.emulateMedia({ colorScheme })
    // Tables that no longer fit become cards one frame later.
    await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))')
    const faults = [...(await faultsOf(page)), ...(await axeFaults(page, rules))]
    for (const fault of faults) found.push(`${width} px, ${colorScheme}: ${fault}`)
  }
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
  for (const fault of await page.evaluate<string[]>(UNSEEN)) found.push(`forced colours: ${fault}`)
  for (const fault of await page.evaluate<string[]>(MOVING)) found.push(`reduced motion: ${fault}`)
  await page.emulateMedia({ forcedColors: 'none', reducedMotion: 'no-preference' })
  return found
}

/** Runs in the page. It is a text, because tests are compiled without the types of the browser. */
const AUDIT = `(() => {
  const faults = []
  const all = selector => [...document.querySelectorAll(selector)]
  const show = element => element.outerHTML.slice(0, 120)
  const named = element => (element.getAttribute('aria-label') ?? element.textContent).trim() !== ''

  for (const input of all('input, select, textarea').filter(each => !each.hidden && each.type !== 'hidden')) {
    if (![...input.labels].some(named)) faults.push('no label: ' + show(input))
    if (input.matches('input') && !input.autocomplete) faults.push('no autocomplete: ' + show(input))
    for (const id of (input.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean)) {
      if (!document.getElementById(id)) faults.push('described by nothing: ' + show(input))
    }
  }
  for (const button of all('button, a').filter(each => each.checkVisibility())) {
    if (!named(button)) faults.push('no name: ' + show(button))
    const { width, height } = button.getBoundingClientRect()
    if (width < 24 || height < 24) faults.push('smaller than 24 px: ' + show(button))
  }
  for (const image of all('svg, img')) {
    if (image.ariaHidden !== 'true' && !image.getAttribute('alt') && !(['img', 'group'].includes(image.role ?? '') && image.ariaLabel)) faults.push('no alternative: ' + show(image))
  }
  for (const element of all('[tabindex]')) if (element.tabIndex > 0) faults.push('takes focus out of order: ' + show(element))
  for (const element of all('[style], style, script:not([src])')) faults.push('inline: ' + show(element))
  for (const landmark of ['main', 'h1', 'header', 'footer']) {
    if (all(landmark).length !== 1) faults.push(all(landmark).length + ' of ' + landmark)
  }
  const ids = all('[id]').map(element => element.id)
  if (new Set(ids).size !== ids.length) faults.push('an id twice')
  if (!document.documentElement.lang) faults.push('no language')

  const luminance = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map(c => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4))
    return 0.2126 * x + 0.7152 * y + 0.0722 * z
  }
  const channels = colour => colour.match(/[\\d.]+/g).map(Number)
  const ground = element => {
    const colour = channels(getComputedStyle(element).backgroundColor)
    return colour[3] === 0 && element.parentElement ? ground(element.parentElement) : colour
  }
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement
    if (!texts.currentNode.textContent.trim() || !element.checkVisibility() || element.closest('noscript')) continue
    const [light, dark] = [luminance(channels(getComputedStyle(element).color)), luminance(ground(element))].sort((a, b) => b - a)
    const ratio = (light + 0.05) / (dark + 0.05)
    if (ratio < 4.5) faults.push('contrast ' + ratio.toFixed(2) + ': ' + show(element))
  }

  const words = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT)
  // At 400 % there is not enough space for every word.
  while (innerWidth >= 375 && words.nextNode()) {
    const { textContent, parentElement } = words.currentNode
    if (!parentElement.closest('td, th, dt, .badge, .button, .chip, .tab') || !parentElement.checkVisibility() || parentElement.closest('.only-heard, .breakable:not(.breakable-short)')) continue
    if (textContent.trim().length > 24) continue
    for (const { 0: word, index } of textContent.matchAll(/(?<![\\w.@-])[A-Za-z]{3,12}(?![\\w.@-])/g)) {
      const range = document.createRange()
      range.setStart(words.currentNode, index)
      range.setEnd(words.currentNode, index + word.length)
      if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top / 4))).size > 1) faults.push('broken within a word: ' + word + ' in ' + show(parentElement))
    }
  }

  for (const cell of all('td, th').filter(each => each.checkVisibility() && !each.closest('[data-cards]'))) {
    if (cell.scrollWidth > cell.clientWidth + 1) faults.push('spills out of its cell: ' + show(cell))
  }

  if (document.documentElement.scrollWidth > innerWidth) faults.push('scrolls sideways: ' + document.documentElement.scrollWidth)
  for (const element of all('main *')) {
    const { left, right, width } = element.getBoundingClientRect()
    if (width > 1 && (left < 0 || right > innerWidth)) faults.push('out of sight: ' + show(element))
  }
  return faults
})()`

/** Buttons and fields whose edge is not visible, and a current link that looks like the others. */
export const UNSEEN = `(() => {
  const faults = []
  for (const each of document.querySelectorAll('main .button:not(.button-link), main input:not([type=checkbox]):not([type=radio]), main select')) {
    const { borderTopWidth, borderTopStyle } = getComputedStyle(each.closest('.field-frame') ?? each)
    if (each.checkVisibility() && (parseFloat(borderTopWidth) === 0 || borderTopStyle === 'none')) faults.push('no edge: ' + each.outerHTML.slice(0, 120))
  }
  for (const each of document.querySelectorAll('.section-link[aria-current], .tab[aria-current]')) {
    const other = [...each.closest('ul').querySelectorAll('a')].find(a => !a.ariaCurrent)
    if (!each.checkVisibility() || !other) continue
    const edges = element => { const { borderBottomColor, borderBottomWidth, outlineWidth, outlineStyle } = getComputedStyle(element); return [borderBottomColor, borderBottomWidth, outlineStyle, outlineWidth].join() }
    if (edges(each) === edges(other)) faults.push('not marked: ' + each.outerHTML.slice(0, 120))
  }
  return faults
})()`

/** Elements with a transition or animation; with reduced motion, none may have a duration. */
export const MOVING = `[...document.querySelectorAll('*')].flatMap(each => {
  const style = getComputedStyle(each)
  const long = times => times.split(',').some(time => parseFloat(time) > 0.001)
  const moves = (style.animationName !== 'none' && long(style.animationDuration)) || (style.transitionProperty !== 'none' && long(style.transitionDuration))
  return moves ? [each.outerHTML.slice(0, 120)] : []
})`
