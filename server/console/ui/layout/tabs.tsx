import { Link } from '../link.tsx'

interface TabsProps {
  /** What they are views of, read out. */
  label: string
  tabs: readonly { readonly label: string; readonly to: string }[]
  /** The address that is shown. */
  here: string
}

/** Several views of one thing, each with an address of its own. */
export function Tabs({ label, tabs, here }: TabsProps) {
  return (
    <nav aria-label={label}>
      <ul className="tabs">
        {tabs.map(tab => (
          <li key={tab.to}>
            <Link to={tab.to} className="tab" current={tab.to === here}>
              {tab.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
