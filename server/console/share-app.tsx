import { SharePage } from './pages/share/share-page.tsx'
import { shareAt } from './pages/share/status.ts'
import { useSession } from './session/session.ts'
import type { Connect } from './session/session-tokens.ts'
import { Shell } from './ui/layout/shell.tsx'
import { useLocation, useOwnDocument } from './ui/location.ts'

/** The page of a share, with a document of its own: people who open one need nothing of the console, mostly only once and on a phone. */
export function ShareApp({ connect }: { connect: Connect }) {
  const { pathname } = useLocation()
  const session = useSession(connect)
  const share = shareAt(pathname)
  useOwnDocument(share !== undefined)
  return <Shell>{share !== undefined && <SharePage id={share} session={session} connect={connect} />}</Shell>
}
