import { type KeyboardEvent, useRef } from 'react'

/** Letters that follow each other within this many milliseconds are one word. */
const TYPING_MS = 700

const ITEM = '[role="treeitem"]'

/** The visible items of a tree, in their order. */
function itemsIn(tree: Element): HTMLElement[] {
  return Array.from(tree.querySelectorAll<HTMLElement>(`${ITEM}:not([data-waiting])`))
}

/** The keys of the WAI-ARIA tree pattern, for a tree whose items are nested elements, and boxes ticked with the space bar. */
export function useTreeKeys() {
  const typed = useRef({ text: '', at: 0 })
  return (event: KeyboardEvent<HTMLElement>) => {
    const item = (event.target as Element).closest<HTMLElement>(ITEM)
    if (!item || event.altKey || event.ctrlKey || event.metaKey) return
    const items = itemsIn(event.currentTarget)
    const next = moved(event.key, item, items) ?? sought(event, item, items, typed.current)
    if (next === undefined) return
    event.preventDefault()
    if (next !== item) next.focus()
  }
}

/** The item that has the focus after a key; undefined for a key that does nothing here. */
function moved(key: string, item: HTMLElement, items: readonly HTMLElement[]): HTMLElement | undefined {
  const place = items.indexOf(item)
  const isOpen = item.getAttribute('aria-expanded')
  switch (key) {
    case 'ArrowDown':
      return items[place + 1] ?? item
    case 'ArrowUp':
      return items[place - 1] ?? item
    case 'Home':
      return items[0]
    case 'End':
      return items.at(-1)
    case 'ArrowRight':
      if (isOpen === 'false') press(item, 'open')
      return isOpen === 'true' ? (items[place + 1] ?? item) : item
    case 'ArrowLeft':
      if (isOpen === 'true') press(item, 'open')
      return isOpen === 'true' ? item : (outer(item) ?? item)
    case ' ':
      press(item, 'tick')
      return item
    case 'Enter':
      press(item, isOpen === null ? 'tick' : 'open')
      return item
    default:
      return undefined
  }
}

/** The item around this one, which stands before the group that it is in. */
function outer(item: HTMLElement): HTMLElement | undefined {
  const before = item.closest('[role="group"]')?.previousElementSibling
  return before instanceof HTMLElement ? before : undefined
}

/** The same as a click on that part of the item. */
function press(item: HTMLElement, part: 'open' | 'tick') {
  item.querySelector<HTMLElement>(`:scope > [data-part="${part}"]`)?.click()
}

/** The next item whose name begins with what is typed; the same letter again goes to the one after it. */
function sought(
  { key }: KeyboardEvent,
  item: HTMLElement,
  items: readonly HTMLElement[],
  typed: { text: string; at: number },
): HTMLElement | undefined {
  if (key.length !== 1) return undefined
  const now = performance.now()
  const text = (now - typed.at < TYPING_MS ? typed.text : '') + key.toLowerCase()
  Object.assign(typed, { text, at: now })
  const isRepeated = Array.from(text).every(letter => letter === text[0])
  const wanted = isRepeated ? text.slice(0, 1) : text
  const from = items.indexOf(item) + (isRepeated ? 1 : 0)
  const round = [...items.slice(from), ...items.slice(0, from)]
  return round.find(each => each.getAttribute('aria-label')?.toLowerCase().startsWith(wanted)) ?? item
}
