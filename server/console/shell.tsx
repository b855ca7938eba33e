import type { ReactNode } from 'react'
import { Link } from './link.tsx'
import { Logo } from './logo.tsx'

/** What surrounds every page. The foot names the server, so that a look-alike address has a place to be noticed. */
export function Shell({ children }: { children: ReactNode }) {
  return (
    <div className="shell">
      <header className="masthead">
        <Link to="/" className="brand">
          <Logo />
          1claw
        </Link>
      </header>
      <main className="card">{children}</main>
      <footer className="foot">
        This is the 1claw server at <strong>{location.host}</strong>
      </footer>
    </div>
  )
}
