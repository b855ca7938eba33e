import { Link } from '../ui/link.tsx'
import { useInbox } from '../ui/people/inbox.tsx'
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
              {section.name === 'requests' && <Waiting />}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}

/** How many requests wait; nothing when none does, or before it is known. */
function Waiting() {
  const { state } = useInbox()
  const count = state.at === 'loaded' ? state.value.count : 0
  if (count === 0) return null
  return (
    <span className="waiting-count">
      {count}
      <span className="only-heard"> waiting</span>
    </span>
  )
}
