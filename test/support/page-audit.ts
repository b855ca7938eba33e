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

/** Width and height that are left of a window of 1280 by 820 or 1024 px, as in success criterion 1.4.10 of WCAG. */
const ZOOMED = [
  [640, 410, '200 %'],
  [320, 256, '400 %'],
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
  for (const fault of await faultsOfLargeText(page)) found.push(`200 % text: ${fault}`)
  for (const [width, height, zoom] of ZOOMED) {
    await page.setViewportSize({ width, height })
    await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))')
    const faults = [...(await page.evaluate<string[]>(LARGE_TEXT)), ...(await page.evaluate<string[]>(OUT_OF_REACH))]
    for (const fault of faults) found.push(`${zoom} zoom: ${fault}`)
  }
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' })
  for (const fault of await page.evaluate<string[]>(UNSEEN)) found.push(`forced colours: ${fault}`)
  for (const fault of await page.evaluate<string[]>(MOVING)) found.push(`reduced motion: ${fault}`)
  await page.emulateMedia({ forcedColors: 'none', reducedMotion: 'no-preference' })
  return found
}

/** The faults of a page 1280 px wide whose reader has set text to twice its size. */
export async function faultsOfLargeText(page: Page): Promise<string[]> {
  await page.setViewportSize({ width: 1280, height: 720 })
  // An attribute would be found by the next audit of the same document.
  await page.evaluate(`{
    const larger = new CSSStyleSheet()
    larger.replaceSync(':root { font-size: 200% }')
    document.adoptedStyleSheets = [larger]
  }`)
  await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))')
  const faults = await page.evaluate<string[]>(LARGE_TEXT)
  await page.evaluate('document.adoptedStyleSheets = []')
  return faults
}

/** Runs in the page: what scrolls sideways, is cut off, or lies over another text. */
const LARGE_TEXT = `(() => {
  const faults = []
  const show = element => element.outerHTML.slice(0, 120)
  const open = [...document.querySelectorAll('dialog[open], [popover]:popover-open')].at(-1)
  const shown = open ?? document.body
  const isHidden = element => !element.checkVisibility({ visibilityProperty: true }) || element.closest('.only-heard, .skip, caption, noscript, [data-cards] thead:not(:has(.sort-by))')

  if (document.documentElement.scrollWidth > innerWidth) faults.push('scrolls sideways: ' + document.documentElement.scrollWidth)
  if (open && open.scrollWidth > open.clientWidth) faults.push('scrolls sideways: ' + show(open))

  const texts = []
  const walker = document.createTreeWalker(shown, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const { parentElement: element, textContent } = walker.currentNode
    if (!textContent.trim() || isHidden(element)) continue
    const range = document.createRange()
    range.selectNodeContents(walker.currentNode)
    const rects = [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1)
    let seen = { top: 0, left: 0, bottom: Infinity, right: Infinity }
    for (let at = element; at && at !== shown.parentElement; at = at.parentElement) {
      const { overflowX, textOverflow } = getComputedStyle(at)
      const box = at.getBoundingClientRect()
      if (['hidden', 'clip'].includes(overflowX) || at.tagName === 'svg') {
        if (textOverflow !== 'ellipsis' && rects.some(({ left, right }) => left < box.left - 2 || right > box.right + 2)) faults.push('cut off: ' + textContent.trim().slice(0, 40) + ' in ' + show(at))
      }
      if (overflowX !== 'visible') {
        seen = { top: Math.max(seen.top, box.top), bottom: Math.min(seen.bottom, box.bottom), left: Math.max(seen.left, box.left), right: Math.min(seen.right, box.right) }
        break
      }
      if (at.matches('button, .button, .badge, .panel, .chip, td, th') && rects.some(({ right }) => right > box.right + 2)) {
        faults.push('spills out: ' + textContent.trim().slice(0, 40) + ' of ' + show(at))
        break
      }
    }
    // Lists of choices, and what stays at its place while the page scrolls, lie over the page, as they should.
    if (!element.closest('.decision, .heat-here, .announcement, option, [role=listbox]')) {
      for (const rect of rects) {
        const [top, bottom] = [Math.max(rect.top, seen.top), Math.min(rect.bottom, seen.bottom)]
        const [left, right] = [Math.max(rect.left, seen.left), Math.min(rect.right, seen.right)]
        const shown = { top, bottom, left, right, height: bottom - top }
        if (shown.height > 4 && right - left > 4) texts.push({ element, rect: shown, text: textContent.trim() })
      }
    }
  }
  texts.sort((one, other) => one.rect.top - other.rect.top)
  texts.forEach(({ element, rect, text }, index) => {
    for (const other of texts.slice(index + 1)) {
      if (other.rect.top > rect.bottom - 4) break
      const across = Math.min(rect.right, other.rect.right) - Math.max(rect.left, other.rect.left)
      const down = Math.min(rect.bottom, other.rect.bottom) - other.rect.top
      if (across < 4 || down < 0.4 * Math.min(rect.height, other.rect.height) || element === other.element) continue
      faults.push('overlap: ' + text.slice(0, 40) + ' and ' + other.text.slice(0, 40) + ' in ' + show(other.element))
    }
  })
  return [...new Set(faults)].slice(0, 10)
})()`

/**
 * Runs in the page, in a small window: what scrolls sideways within the page, a dialog that does not fit, and buttons, links and fields
 * that something else covers when they have the focus and are scrolled to.
 */
const OUT_OF_REACH = `(async () => {
  const faults = []
  const show = element => element.outerHTML.slice(0, 120)
  const open = [...document.querySelectorAll('dialog[open], [popover]:popover-open')].at(-1)
  const shown = open ?? document.querySelector('main')
  const focused = document.activeElement

  // A menu is next to its button, which the smaller window can have out of sight.
  document.querySelector('[popovertarget="' + open?.id + '"]')?.scrollIntoView({ block: 'center', behavior: 'instant' })
  // It follows its button in the next frame.
  if (open) await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))
  for (const element of [shown, ...shown.querySelectorAll('*')]) {
    if (element.scrollWidth <= element.clientWidth + 1 || element.closest('textarea, input, select, pre')) continue
    if (['auto', 'scroll'].includes(getComputedStyle(element).overflowX)) faults.push('scrolls sideways within: ' + show(element))
  }
  const { top, left, bottom, right } = (open ?? document.documentElement).getBoundingClientRect()
  if (open?.matches('dialog') && (top < -1 || left < -1 || bottom > innerHeight + 1 || right > innerWidth + 1)) faults.push('does not fit: ' + show(open))

  for (const each of [...shown.querySelectorAll('button, a[href], input, select, textarea, summary')].slice(0, 100)) {
    if (each.disabled || !each.checkVisibility({ visibilityProperty: true }) || each.closest('.only-heard, svg, [inert]')) continue
    const list = shown.querySelector('[role=listbox]:not([hidden])')
    each.focus({ preventScroll: true })
    // A list of choices closes when the focus leaves it.
    for (let frames = 0; list && !list.hidden && frames < 2 && !list.parentElement.contains(each); frames++) await new Promise(done => requestAnimationFrame(done))
    each.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' })
    const [rect] = each.getClientRects()
    if (!rect || rect.width < 2) continue
    const hit = document.elementFromPoint(rect.left + rect.width / 2, rect.top + rect.height / 2)
    if (!hit || !(each.contains(hit) || hit.contains(each) && hit !== shown || hit.closest('label')?.control === each)) faults.push('out of reach: ' + show(each) + ' under ' + (hit ? show(hit) : 'nothing'))
    else if (rect.left < -1 || rect.right > innerWidth + 1) faults.push('cut off: ' + show(each))
  }
  focused?.focus({ preventScroll: true })
  scrollTo(0, 0)
  return [...new Set(faults)].slice(0, 10)
})()`

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

/** Buttons and fields whose edge is not visible, a current link that looks like the others, and a pressed button without a tick. */
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
  for (const each of document.querySelectorAll('.facet[aria-pressed="true"], .chip[aria-current]')) {
    if (!getComputedStyle(each, '::before').content.includes('✓')) faults.push('no tick: ' + each.outerHTML.slice(0, 120))
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
