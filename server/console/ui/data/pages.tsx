import type { ReactNode } from 'react'
import { Button } from '../form/button.tsx'

interface PagesProps {
  /** What the pages are of, read out. */
  of: string
  labels: readonly [previous: string, next: string]
  /** Undefined on the first page. */
  onPrevious: (() => void) | undefined
  /** Undefined on the last page. */
  onNext: (() => void) | undefined
  /** Where one is. */
  children?: ReactNode
}

/** The way to the pages around this one; nothing where there is only one. */
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
