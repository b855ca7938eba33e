import type { MouseEvent, ReactNode } from 'react'
import { navigate } from './location.ts'

interface LinkProps {
  to: string
  className?: string
  /** It is the link to the current page. */
  current?: boolean
  children: ReactNode
}

/** A link to another page of the console. The browser handles clicks for a new tab or window. */
export function Link({ to, className, current = false, children }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    navigate(to)
  }
  return (
    <a href={to} className={className} aria-current={current ? 'page' : undefined} onClick={follow}>
      {children}
    </a>
  )
}
