import { type ReactNode, useState } from 'react'
import type { Session, SignedIn } from '../session/session.ts'
import { SignedInHere } from '../session/signed-in.tsx'
import { Announcements } from '../ui/data/announcement.tsx'
import { HealthHere, useHealth } from '../ui/data/health.tsx'
import { Link } from '../ui/link.tsx'
import { Logo } from '../ui/logo.tsx'
import { InboxHere } from '../ui/people/inbox.tsx'
import { Navigation } from './navigation.tsx'
import { Palette } from './palette/palette.tsx'
import { PersonMenu } from './person/person-menu.tsx'

interface FrameProps {
  session: Session
  who: SignedIn
  /** The address, so that the menu of narrow screens closes after navigation. */
  pathname: string
  children: ReactNode
}

/** The frame around every section: navigation, the signed-in person, and sign-out. */
export function Frame({ session, who, pathname, children }: FrameProps) {
  const [menu, setMenu] = useState({ open: false, at: pathname })
  const open = menu.open && menu.at === pathname
  return (
    <SignedInHere session={session} who={who}>
      <HealthHere>
        <InboxHere at={pathname}>
          <div className="frame">
            <a className="skip" href="#content">
              Skip to the content
            </a>
            <header className="side">
              <div className="side-top">
                <Link to="/" className="brand">
                  <Logo />
                  1claw
                </Link>
                <Palette pathname={pathname} />
                <button
                  type="button"
                  className="menu-button"
                  aria-expanded={open}
                  aria-controls="menu"
                  onClick={() => setMenu({ open: !open, at: pathname })}
                >
                  Menu
                </button>
              </div>
              <div id="menu" className={open ? 'menu menu-open' : 'menu'}>
                <Navigation pathname={pathname} isMember={who.account.role === 'member'} />
                <PersonMenu pathname={pathname} />
              </div>
            </header>
            <Announcements>
              <main id="content" className="content" tabIndex={-1}>
                {children}
              </main>
            </Announcements>
            <footer className="foot">
              <span>
                This is the 1claw server at <strong>{location.host}</strong>
              </span>
              <ServerHealth isMember={who.account.role === 'member'} />
            </footer>
          </div>
        </InboxHere>
      </HealthHere>
    </SignedInHere>
  )
}

/** A dot and a word: whether the server is healthy. For owners and admins it links to the page with details. */
function ServerHealth({ isMember }: { isMember: boolean }) {
  const health = useHealth()
  if (!health) return null
  const sign = (
    <>
      <span className={`dot dot-${health.tone}`} aria-hidden="true" />
      <span className="only-heard">Server: </span>
      {health.word}
    </>
  )
  return isMember ? (
    <span className="health">{sign}</span>
  ) : (
    <Link to="/server" className="health">
      {sign}
    </Link>
  )
}
