import type { ReactNode } from 'react'
import { Heading } from '../heading.tsx'
import { type Crumb, Crumbs } from './crumbs.tsx'

interface PageProps {
  title: string
  /** Name of the view, if several views have the same title. */
  view?: string
  /** Title of the document, if the title of the page does not name it. */
  named?: string
  /** The pages above this one, outermost first. */
  within?: readonly Crumb[]
  /** Buttons for the page as a whole. */
  actions?: ReactNode
  children: ReactNode
}

/** A page of a section: the pages above it, its title, its buttons, and its content. */
export function Page({ title, view, named = title, within = [], actions, children }: PageProps) {
  return (
    <>
      <Crumbs within={within} />
      <div className="page-head">
        {/* The first crumb is a section; a deeper page belongs to a thing, whose name is the second crumb. */}
        <Heading of={[view, named, within.at(1)?.label].filter(Boolean).join(' · ')}>{title}</Heading>
        {actions && <div className="page-actions">{actions}</div>}
      </div>
      {children}
    </>
  )
}
