import type { ReactNode } from 'react'
import { webAddress } from './transaction.ts'

/** A link to somebody else's page, in a tab of its own, which learns nothing of this one. Plain text where it leads nowhere on the web. */
export function OutsideLink({ to, children }: { to: string | undefined; children: ReactNode }) {
  const href = webAddress(to)
  if (href === undefined) return children
  return (
    <a className="outside-link" href={href} target="_blank" rel="noopener noreferrer">
      {children}
      <span className="only-heard"> (in a new tab)</span>
    </a>
  )
}
