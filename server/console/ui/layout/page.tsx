import type { ReactNode } from 'react'
import { Heading } from '../heading.tsx'
import { type Crumb, Crumbs } from './crumbs.tsx'

interface PageProps {
  title: string
  /** Which view of the thing it is, where several have its title. */
  view?: string
  /** What the document is called, where the title is no name of the page. */
  named?: string
  /** Where this page hangs, outermost first. */
  within?: readonly Crumb[]
  /** Buttons for the page as a whole. */
  actions?: ReactNode
  children: ReactNode
}

/** One page of a section: where it is, its title, what can be done, and the rest. */
export function Page({ title, view, named = title, within = [], actions, children }: PageProps) {
  return (
    <>
      <Crumbs within={within} />
      <div className="page-head">
        {/* The first crumb is a section: what hangs deeper is of a thing, which has a name. */}
        <Heading of={[view, named, within.at(1)?.label].filter(Boolean).join(' · ')}>{title}</Heading>
        {actions && <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </>
  )
}
