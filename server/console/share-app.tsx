import { SharePage } from './pages/share/share-page.tsx'
import { shareAt } from './pages/share/status.ts'
import { useSession } from './session/session.ts'
import type { Connect } from './session/session-tokens.ts'
import { Shell } from './ui/layout/shell.tsx'
import { useLocation, useOwnDocument } from './ui/location.ts'

/** The page of a share. It has its own document, because people mostly open one share on a phone and need nothing of the console. */
export function ShareApp({ connect }: { connect: Connect }) {
  const { pathname } = useLocation()
  const session = useSession(connect)
  const share = shareAt(pathname)
  useOwnDocument(share !== undefined)
  return <Shell>{share !== undefined && <SharePage id={share} session={session} connect={connect} />}</Shell>
}
