import { Icon } from '../ui/icon.tsx'
import { Link } from '../ui/link.tsx'
import { useInbox } from '../ui/people/inbox.tsx'
import { type Section, sectionAt, sections } from './sections.tsx'

const GROUPS = ['work', 'record', 'organisation'] as const

/** Links to every section; the current one is marked, also for screen readers. */
export function Navigation({ pathname, isMember }: { pathname: string; isMember: boolean }) {
  const here = sectionAt(pathname)?.section
  const open = sections.filter(({ forAdmins }) => !(forAdmins && isMember))
  return (
    <nav aria-label="Sections" className="section-groups">
      {GROUPS.map(group => (
        <ul key={group} className="sections">
          {open
            .filter(section => section.group === group)
            .map(section => (
              <Item key={section.name} section={section} current={section === here} />
            ))}
        </ul>
      ))}
    </nav>
  )
}

function Item({ section: { name, label, icon }, current }: { section: Section; current: boolean }) {
  return (
    <li>
      <Link to={`/${name}`} className="section-link" current={current}>
        <Icon name={icon} />
        {label}
        {name === 'requests' && <Waiting />}
      </Link>
    </li>
  )
}

/** The number of waiting requests; nothing for none, or before it is known. */
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
