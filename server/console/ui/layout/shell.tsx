import type { ReactNode } from 'react'
import { Announcements } from '../data/announcement.tsx'
import { Link } from '../link.tsx'
import { Logo } from '../logo.tsx'

/** The frame of a page with a single task. The footer shows the host of the server, so that a look-alike address can be noticed. */
export function Shell({ children }: { children: ReactNode }) {
  return (
    <div className="shell">
      <header className="masthead">
        <Link to="/" className="brand">
          <Logo />
          1claw
        </Link>
      </header>
      <Announcements>
        <main className="card">{children}</main>
      </Announcements>
      <footer className="foot">
        This is the 1claw server at <strong>{location.host}</strong>
      </footer>
    </div>
  )
}
