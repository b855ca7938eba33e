import { DevicePage } from './device/device-page.tsx'
import { EnrollPage } from './enroll/enroll-page.tsx'
import { enrollmentAt } from './enroll/standing.ts'
import { HomePage } from './home-page.tsx'
import { useLocation } from './location.ts'
import { mailedLinkAt } from './mailed/mailed-link.ts'
import { ResetPasswordPage } from './mailed/reset-password-page.tsx'
import { VerifyEmailPage } from './mailed/verify-email-page.tsx'
import { type Connect, useSession } from './session.ts'
import { SharePage } from './share/share-page.tsx'
import { shareAt } from './share/standing.ts'
import { Shell } from './shell.tsx'

/** The console. The server serves it at exactly the paths told apart here. */
export function App({ connect }: { connect: Connect }) {
  const { pathname, searchParams } = useLocation()
  const session = useSession(connect)
  const share = shareAt(pathname)
  const enrollment = enrollmentAt(pathname)
  const mailed = mailedLinkAt(pathname)
  return (
    <Shell>
      {share !== undefined ? (
        <SharePage id={share} session={session} connect={connect} />
      ) : enrollment !== undefined ? (
        <EnrollPage token={enrollment} session={session} />
      ) : mailed?.kind === 'verify-email' ? (
        <VerifyEmailPage key={mailed.token} token={mailed.token} connect={connect} />
      ) : mailed?.kind === 'reset-password' ? (
        <ResetPasswordPage key={mailed.token} token={mailed.token} connect={connect} />
      ) : pathname === '/cli/verify' ? (
        <DevicePage session={session} typed={searchParams.get('code')} />
      ) : (
        <HomePage session={session} />
      )}
    </Shell>
  )
}
