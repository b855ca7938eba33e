import { Link } from '../ui/link.tsx'
import { sectionAt, sections } from './sections.tsx'

/** The way to every section; the one that is shown is marked, also for those who do not see it. */
export function Navigation({ pathname, isMember }: { pathname: string; isMember: boolean }) {
  const here = sectionAt(pathname)?.section
  return (
    <nav aria-label="Sections">
      <ul className="sections">
        {(isMember ? sections.filter(({ forAdmins }) => !forAdmins) : sections).map(section => (
          <li key={section.name}>
            <Link to={`/${section.name}`} className="section-link" current={section === here}>
              {section.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
