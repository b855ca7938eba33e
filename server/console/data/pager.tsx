import { Button } from '../form/button.tsx'

export interface Cut<T> {
  readonly rows: readonly T[]
  /** From 1 to `pages`, whatever was asked for. */
  readonly page: number
  readonly pages: number
}

/** The rows of one page of a list. */
export function cut<T>(all: readonly T[], asked: number, size: number): Cut<T> {
  const pages = Math.max(1, Math.ceil(all.length / size))
  const page = Math.min(pages, Math.max(1, Number.isInteger(asked) ? asked : 1))
  return { rows: all.slice((page - 1) * size, page * size), page, pages }
}

interface PagerProps {
  page: number
  pages: number
  onGo(page: number): void
}

/** The way through a long list; nothing for one that fits a page. */
export function Pager({ page, pages, onGo }: PagerProps) {
  if (pages <= 1) return null
  return (
    <nav className="pager" aria-label="Pages">
      {page > 1 && <Button onClick={() => onGo(page - 1)}>Previous</Button>}
      <span>
        Page {page} of {pages}
      </span>
      {page < pages && <Button onClick={() => onGo(page + 1)}>Next</Button>}
    </nav>
  )
}
