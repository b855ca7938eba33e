/** The element that has the focus, then what it is in, then the same of what had the focus before its dialog opened; nearest first. */
let trail: readonly Element[] = []

/** For each dialog, the trail of what had the focus before it opened. */
const before = new WeakMap<Element, readonly Element[]>()

let isPointed = false
let isAwaited = false

/**
 * Keeps the focus in the page: when the focused element is removed, hidden or disabled, or when a dialog closes whose opener is gone,
 * the nearest heading takes the focus. Otherwise a screen reader falls silent, and the next Tab starts at the top of the page.
 */
export function keepFocus(): void {
  addEventListener('focusin', ({ target }) => follow(target), true)
  addEventListener('pointerdown', ({ target }) => pointAt(target), true)
  addEventListener('keydown', () => (isPointed = false), true)
  for (const type of ['focusout', 'toggle']) addEventListener(type, awaitNext, true)
  const changes = { childList: true, subtree: true, attributeFilter: ['disabled', 'hidden', 'inert', 'open'] }
  new MutationObserver(awaitNext).observe(document.body, changes)
}

function follow(target: EventTarget | null): void {
  if (target instanceof Element) trail = trailOf(target)
}

/** A browser that gives no focus to a pressed button tells here where the person is. */
function pointAt(target: EventTarget | null): void {
  isPointed = true
  const pressed = target instanceof Element ? target.closest('a, button, input, select, summary, textarea, [tabindex]') : null
  trail = pressed ? trailOf(pressed) : []
}

function trailOf(target: Element): readonly Element[] {
  const within: Element[] = []
  for (let each: Element | null = target; each; each = each.parentElement) within.push(each)
  const dialog = target.closest('dialog, [popover]')
  if (!dialog) return within
  if (!trail.includes(dialog)) before.set(dialog, trail)
  const end = within.indexOf(dialog) + 1
  return [...within.slice(0, end), ...(before.get(dialog) ?? []), ...within.slice(end)]
}

/** Pages often replace an element in several steps, and their own effects may set the focus: the next frame shows the result. */
function awaitNext(): void {
  if (isAwaited) return
  isAwaited = true
  requestAnimationFrame(() => {
    isAwaited = false
    rescue()
  })
}

function rescue(): void {
  const { activeElement } = document
  if (activeElement && activeElement !== document.body && isThere(activeElement)) return
  const [lost] = trail
  // A person who clicks outside of everything removes the focus on purpose.
  if (!lost || isThere(lost)) return
  for (const place of trail.slice(1)) if (place.isConnected && [opener(place), headingIn(place)].some(take)) return
}

/** What opened the dialog, if it is still there. */
function opener(place: Element): Element | undefined {
  return (place instanceof HTMLElement || place instanceof SVGElement) && place.tabIndex >= 0 ? place : undefined
}

function headingIn(place: Element): Element | undefined {
  return [...place.querySelectorAll('h1, h2, h3')].find(isThere)
}

function take(element: Element | undefined): boolean {
  if (!(element instanceof HTMLElement || element instanceof SVGElement) || !isThere(element)) return false
  if (element.tabIndex < 0) element.setAttribute('tabindex', '-1')
  element.focus({ preventScroll: isPointed })
  return document.activeElement === element
}

function isThere(element: Element): boolean {
  return element.isConnected && element.checkVisibility({ visibilityProperty: true }) && !element.matches(':disabled, [inert] *')
}
