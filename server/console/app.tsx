import { type ComponentType, useEffect, useState } from 'react'
import { shareAt } from './pages/share/status.ts'
import { useSession } from './session/session.ts'
import type { Connect } from './session/session-tokens.ts'
import { isStandalone } from './standalone.ts'
import { Button } from './ui/form/button.tsx'
import { Heading } from './ui/heading.tsx'
import { Shell } from './ui/layout/shell.tsx'
import { useLocation, useOwnDocument } from './ui/location.ts'

/** Most of the code, which is not needed to sign in. */
const loadPages = () => import('./pages.tsx').then(({ Pages }) => Pages).catch(() => Unloaded)

/** The page to sign in on, which needs none of the rest. */
const loadDoor = () => import('./frame/sign-in-page.tsx').then(({ SignInPage }) => SignInPage).catch(() => Unloaded)

/** The console. The server serves it at exactly the paths that are distinguished in `pages.tsx`. A share has another document. */
export function App({ connect }: { connect: Connect }) {
  const location = useLocation()
  const session = useSession(connect)
  useOwnDocument(shareAt(location.pathname) === undefined)
  const [entered, enter] = useState(false)
  if (session.current && !entered) enter(true)
  const inPages = entered || isStandalone(location.pathname)
  // Loaded while the session is checked. The sign-in form is painted before the rest is read.
  const SignInPage = usePart(loadDoor, true)
  const Pages = usePart(loadPages, inPages || session.returning || !session.restoring)
  // The reader is still unknown, so a page would send its requests without a sign-in.
  if (session.restoring) return <Waiting />
  if (inPages) return Pages ? <Pages location={location} session={session} connect={connect} /> : <Waiting />
  return SignInPage ? <SignInPage session={session} /> : <Waiting />
}

/** A part of the code, once it is loaded. `lazy` is too slow for this: after a `Suspense`, React waits 300 ms to avoid flicker. */
function usePart<P>(load: () => Promise<ComponentType<P>>, wanted: boolean): ComponentType<P> | undefined {
  const [part, keep] = useState<{ readonly it: ComponentType<P> }>()
  useEffect(() => {
    if (wanted) void load().then(it => keep({ it }))
  }, [load, wanted])
  return part?.it
}

/** Invisible at first: usually the content arrives before it appears. */
function Waiting() {
  return (
    <div className="late">
      <Shell>
        <p className="loading" role="status">
          Loading…
        </p>
      </Shell>
    </div>
  )
}

/** The server is unreachable, or has newer pages than the open document. */
function Unloaded() {
  return (
    <Shell>
      <Heading>A part of this page is missing</Heading>
      <p className="alert">It could not be loaded. Check that the server can be reached, then reload the page.</p>
      <Button kind="primary" onClick={() => window.location.reload()}>
        Reload
      </Button>
    </Shell>
  )
}
