import { DevicePage } from './device/device-page.tsx'
import { HomePage } from './home-page.tsx'
import { useLocation } from './location.ts'
import { type Connect, useSession } from './session.ts'
import { SharePage } from './share/share-page.tsx'
import { shareAt } from './share/standing.ts'
import { Shell } from './shell.tsx'

/** The console. The server serves it at exactly the paths told apart here. */
export function App({ connect }: { connect: Connect }) {
  const { pathname, searchParams } = useLocation()
  const session = useSession(connect)
  const share = shareAt(pathname)
  return (
    <Shell>
      {share !== undefined ? (
        <SharePage id={share} session={session} connect={connect} />
      ) : pathname === '/cli/verify' ? (
        <DevicePage session={session} typed={searchParams.get('code')} />
      ) : (
        <HomePage session={session} />
      )}
    </Shell>
  )
}
