import type { ReactNode } from 'react'
import { Heading } from '../heading.tsx'
import { Link } from '../link.tsx'

interface PageProps {
  title: string
  /** Where this page hangs, outermost first. */
  within?: readonly { readonly label: string; readonly to: string }[]
  /** Buttons for the page as a whole. */
  actions?: ReactNode
  children: ReactNode
}

/** One page of a section: where it is, its title, what can be done, and the rest. */
export function Page({ title, within = [], actions, children }: PageProps) {
  return (
    <>
      {within.length > 0 && (
        <nav aria-label="Breadcrumb">
          <ol className="crumbs">
            {within.map(({ label, to }) => (
              <li key={to}>
                <Link to={to}>{label}</Link>
              </li>
            ))}
          </ol>
        </nav>
      )}
      <div className="page-head">
        <Heading>{title}</Heading>
        {actions && <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </>
  )
}
