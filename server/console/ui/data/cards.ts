const NARROW = matchMedia('(max-width: 47.99rem)')

/**
 * For the `ref` of a table: shows its rows as cards (`data-cards`) on narrow screens, and wherever the table would be too wide for its
 * place.
 */
export function cardsWhereNarrow(table: HTMLTableElement | null): (() => void) | undefined {
  if (!table) return undefined
  const choose = () => {
    delete table.dataset['cards']
    if (NARROW.matches || isTooWide(table)) table.dataset['cards'] = ''
  }
  // Content that is loaded later, such as names, can make it wider. Checked in the next frame: an observer must not change what it observes.
  const observer = new ResizeObserver(() =>
    requestAnimationFrame(() => {
      if (isTooWide(table)) table.dataset['cards'] = ''
    }),
  )
  choose()
  observer.observe(table)
  addEventListener('resize', choose)
  return () => {
    observer.disconnect()
    removeEventListener('resize', choose)
  }
}

function isTooWide(table: HTMLTableElement): boolean {
  const { parentElement: parent } = table
  if (!parent) return false
  const { paddingLeft, paddingRight } = getComputedStyle(parent)
  return table.offsetWidth > Math.ceil(parent.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight))
}
