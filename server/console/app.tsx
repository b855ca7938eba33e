import { lazy, Suspense } from 'react'
import { SharePage } from './pages/share/share-page.tsx'
import { shareAt } from './pages/share/status.ts'
import { useSession } from './session/session.ts'
import type { Connect } from './session/session-tokens.ts'
import { Button } from './ui/form/button.tsx'
import { Shell } from './ui/layout/shell.tsx'
import { useLocation } from './ui/location.ts'

/** Most of the code: who opens a share does without. */
const loadPages = () => import('./pages.tsx').then(({ Pages }) => ({ default: Pages })).catch(() => ({ default: Unloaded }))
const Pages = lazy(loadPages)

/** The console. The server serves it at exactly the paths told apart here and in `pages.tsx`. */
export function App({ connect }: { connect: Connect }) {
  const location = useLocation()
  const session = useSession(connect)
  const share = shareAt(location.pathname)
  // At the same time as the question who is signed in.
  if (share === undefined) void loadPages()
  // Nothing is known of the reader yet, and whatever a page would ask for them now it would ask for nobody.
  if (session.restoring) return <Waiting />
  if (share !== undefined) {
    return (
      <Shell>
        <SharePage id={share} session={session} connect={connect} />
      </Shell>
    )
  }
  return (
    <Suspense fallback={<Waiting />}>
      <Pages location={location} session={session} connect={connect} />
    </Suspense>
  )
}

function Waiting() {
  return (
    <Shell>
      <p className="loading late" role="status">
        Loading…
      </p>
    </Shell>
  )
}

/** The server went away, or has newer pages than the document that is open. */
function Unloaded() {
  return (
    <Shell>
      <p className="alert">
        A part of this page could not be loaded. Check that the server can be reached, then reload the page.
      </p>
      <Button kind="primary" onClick={() => window.location.reload()}>
        Reload
      </Button>
    </Shell>
  )
}
