import { useEffect, useRef, useState } from 'react'
import { useSignedIn } from '../../session/signed-in.tsx'
import { Breakable } from '../../ui/data/breakable.tsx'
import { Icon } from '../../ui/icon.tsx'
import { Link } from '../../ui/link.tsx'
import { sections } from '../sections.tsx'
import { Appearance } from './appearance.tsx'
import { SwitchOrganisation, useOrganisations } from './organisations.tsx'

/** The signed-in person, their organisation, and their own pages. The browser closes the menu on Escape or a click outside. */
export function PersonMenu({ pathname }: { pathname: string }) {
  const { account, session } = useSignedIn()
  const orgs = useOrganisations(pathname)
  const [choosing, choose] = useState(false)
  const menu = useRef<HTMLDivElement>(null)
  const current = orgs.find(({ is_current }) => is_current)
  // biome-ignore lint/correctness/useExhaustiveDependencies: it closes after every navigation.
  useEffect(() => menu.current?.hidePopover(), [pathname])
  const change = () => {
    menu.current?.hidePopover()
    choose(true)
  }
  return (
    <div className="person">
      <button type="button" className="person-button" popoverTarget="person-menu">
        <Icon name="user" />
        <span>
          <span className="only-heard">Your menu, </span>
          <strong>
            <Breakable text={account.email} />
          </strong>
          {/* An organisation without a name has the address of its creator. */}
          {current && (orgs.length > 1 || current.name !== account.email) && <span className="person-org">{current.name}</span>}
        </span>
      </button>
      <div ref={menu} id="person-menu" className="person-menu" popover="auto">
        <ul className="sections">
          {sections
            .filter(({ group }) => group === 'person')
            .map(({ name, label, icon }) => (
              <li key={name}>
                <Link to={`/${name}`} className="section-link" current={pathname === `/${name}`}>
                  <Icon name={icon} />
                  {label}
                </Link>
              </li>
            ))}
          <li>
            <Link to="/cli/verify" className="section-link">
              <Icon name="terminal" />
              Approve a terminal sign-in
            </Link>
          </li>
          {orgs.length > 1 && (
            <li>
              <button type="button" className="section-link" onClick={change}>
                <Icon name="switch" />
                Switch organisation
              </button>
            </li>
          )}
        </ul>
        <Appearance />
        <button type="button" className="section-link" onClick={session.signOut}>
          <Icon name="leave" />
          Sign out
        </button>
      </div>
      {choosing && <SwitchOrganisation orgs={orgs} onClose={() => choose(false)} />}
    </div>
  )
}
