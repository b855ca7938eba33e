import { type ComponentType, useEffect, useState } from 'react'
import { SharePage } from './pages/share/share-page.tsx'
import { shareAt } from './pages/share/status.ts'
import { useSession } from './session/session.ts'
import type { Connect } from './session/session-tokens.ts'
import { isStandalone } from './standalone.ts'
import { Button } from './ui/form/button.tsx'
import { Shell } from './ui/layout/shell.tsx'
import { useLocation } from './ui/location.ts'

/** Most of the code: who opens a share does without. */
const loadPages = () => import('./pages.tsx').then(({ Pages }) => Pages).catch(() => Unloaded)

/** To sign in, one does without the rest of them. */
const loadDoor = () => import('./frame/sign-in-page.tsx').then(({ SignInPage }) => SignInPage).catch(() => Unloaded)

/** The console. The server serves it at exactly the paths told apart here and in `pages.tsx`. */
export function App({ connect }: { connect: Connect }) {
  const location = useLocation()
  const session = useSession(connect)
  const share = shareAt(location.pathname)
  const [entered, enter] = useState(false)
  if (session.current && !entered) enter(true)
  const inPages = entered || isStandalone(location.pathname)
  // At the same time as the question who is signed in. Who is not has the form painted before the rest is read.
  const SignInPage = usePart(loadDoor, share === undefined)
  const Pages = usePart(loadPages, share === undefined && (inPages || session.returning || !session.restoring))
  // Nothing is known of the reader yet, and whatever a page would ask for them now it would ask for nobody.
  if (session.restoring) return <Waiting />
  if (share !== undefined) {
    return (
      <Shell>
        <SharePage id={share} session={session} connect={connect} />
      </Shell>
    )
  }
  if (inPages) return Pages ? <Pages location={location} session={session} connect={connect} /> : <Waiting />
  return SignInPage ? <SignInPage session={session} /> : <Waiting />
}

/** A part of the code, once it is here. Not by `lazy`: what waited in a `Suspense` is shown 300 ms late by React, so that nothing flickers. */
function usePart<P>(load: () => Promise<ComponentType<P>>, wanted: boolean): ComponentType<P> | undefined {
  const [part, keep] = useState<{ readonly it: ComponentType<P> }>()
  useEffect(() => {
    if (wanted) void load().then(it => keep({ it }))
  }, [load, wanted])
  return part?.it
}

/** Nothing of it is seen at first: what is waited for is mostly there before that, and is then the first thing that is painted. */
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
