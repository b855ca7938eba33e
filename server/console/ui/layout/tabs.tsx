import { Link } from '../link.tsx'

interface TabsProps {
  /** Name of the thing, for screen readers. */
  label: string
  tabs: readonly { readonly label: string; readonly to: string }[]
  /** The current address. */
  here: string
  /** Some of the views have buttons at the head of the page, others have none. */
  acting?: boolean
}

/** Several views of one thing, each with its own address. */
export function Tabs({ label, tabs, here, acting = false }: TabsProps) {
  return (
    <nav aria-label={label} className={acting ? 'tabs-of-acting' : undefined}>
      <ul className="tabs">
        {tabs.map(tab => (
          <li key={tab.to}>
            <Link to={tab.to} className="tab" current={tab.to === here}>
              <span className="tab-label" data-label={tab.label}>
                {tab.label}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
