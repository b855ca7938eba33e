import type { ReactNode } from 'react'
import { Button } from '../form/button.tsx'

interface PagesProps {
  /** Name of the list, for screen readers. */
  of: string
  labels: readonly [previous: string, next: string]
  /** Undefined on the first page. */
  onPrevious: (() => void) | undefined
  /** Undefined on the last page. */
  onNext: (() => void) | undefined
  /** The current position. */
  children?: ReactNode
}

interface NumberedPagesProps {
  of: string
  /** From 1 to `pages`. */
  page: number
  pages: number
  onGo(page: number): void
}

/** Navigation through the numbered pages of a list that is loaded completely. */
export function NumberedPages({ of, page, pages, onGo }: NumberedPagesProps) {
  return (
    <Pages
      of={of}
      labels={['Previous', 'Next']}
      onPrevious={page > 1 ? () => onGo(page - 1) : undefined}
      onNext={page < pages ? () => onGo(page + 1) : undefined}
    >
      Page {page} of {pages}
    </Pages>
  )
}

interface OffsetPagesProps {
  of: string
  /** Rows before this page. */
  offset: number
  /** Rows on this page. */
  count: number
  total: number
  /** Rows of a full page. */
  size: number
  onGo(offset: number): void
}

/** Navigation through a list that the server returns page by page, by the number of rows before each page. */
export function OffsetPages({ of, offset, count, total, size, onGo }: OffsetPagesProps) {
  return (
    <Pages
      of={of}
      labels={['Previous', 'Next']}
      onPrevious={offset > 0 ? () => onGo(offset - size) : undefined}
      onNext={offset + count < total ? () => onGo(offset + size) : undefined}
    >
      {count === 0 ? 0 : offset + 1} to {offset + count} of {total}
    </Pages>
  )
}

/** Links to the previous and next page; nothing if there is only one page. */
export function Pages({ of, labels: [previous, next], onPrevious, onNext, children }: PagesProps) {
  if (!onPrevious && !onNext) return null
  return (
    <nav className="pages" aria-label={`Pages of ${of}`}>
      <Button onClick={onPrevious} disabled={!onPrevious}>
        {previous}
      </Button>
      {children && <span className="quiet">{children}</span>}
      <Button onClick={onNext} disabled={!onNext}>
        {next}
      </Button>
    </nav>
  )
}
