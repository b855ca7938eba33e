import { Link } from '../link.tsx'

export interface Crumb {
  readonly label: string
  readonly to: string
}

/** The pages above a page, outermost first. */
export function Crumbs({ within }: { within: readonly Crumb[] }) {
  if (within.length === 0) return null
  return (
    <nav aria-label="Breadcrumb">
      <ol className="crumbs">
        {within.map(({ label, to }) => (
          <li key={to}>
            <Link to={to}>{label}</Link>
          </li>
        ))}
      </ol>
    </nav>
  )
}
