import type { ReactNode } from 'react'
import { webAddress } from './transaction.ts'

/** A link to an external page in a new tab, without a referrer. Plain text if it is not a web address. */
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
