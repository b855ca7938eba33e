import type { ReactNode } from 'react'
import { followLink } from './location.ts'

interface LinkProps {
  to: string
  className?: string
  /** It is the link to the current page. */
  current?: boolean
  children: ReactNode
}

/** A link to another page of the console. The browser handles clicks for a new tab or window. */
export function Link({ to, className, current = false, children }: LinkProps) {
  return (
    <a href={to} className={className} aria-current={current ? 'page' : undefined} onClick={event => followLink(event, to)}>
      {children}
    </a>
  )
}
