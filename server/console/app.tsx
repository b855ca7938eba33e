import type { ReactNode } from 'react'
import { ForgotPasswordPage } from './account/forgot-password-page.tsx'
import { OidcPage } from './account/oidc/oidc-page.tsx'
import { DevicePage } from './device/device-page.tsx'
import { EnrollPage } from './enroll/enroll-page.tsx'
import { enrollmentAt } from './enroll/standing.ts'
import { Sectioned } from './layout/sectioned.tsx'
import { Shell } from './layout/shell.tsx'
import { useLocation } from './location.ts'
import { InvitePage } from './mailed/invite-page.tsx'
import { mailedLinkAt } from './mailed/mailed-link.ts'
import { ResetPasswordPage } from './mailed/reset-password-page.tsx'
import { VerifyEmailPage } from './mailed/verify-email-page.tsx'
import { type Session, useSession } from './session.ts'
import type { Connect } from './session-tokens.ts'
import { SharePage } from './share/share-page.tsx'
import { shareAt } from './share/standing.ts'

/** The console. The server serves it at exactly the paths told apart here. */
export function App({ connect }: { connect: Connect }) {
  const location = useLocation()
  const session = useSession(connect)
  // Nothing is known of the reader yet, and whatever a page would ask for them now it would ask for nobody.
  if (session.restoring) {
    return (
      <Shell>
        <p className="loading late" role="status">
          Loading…
        </p>
      </Shell>
    )
  }
  const single = singlePage(location, session, connect)
  return single === undefined ? <Sectioned session={session} pathname={location.pathname} /> : <Shell>{single}</Shell>
}

/** Pages about one question, which stand alone: mostly behind links that people are sent. */
function singlePage({ pathname, searchParams }: URL, session: Session, connect: Connect): ReactNode | undefined {
  const share = shareAt(pathname)
  if (share !== undefined) return <SharePage id={share} session={session} connect={connect} />
  const enrollment = enrollmentAt(pathname)
  if (enrollment !== undefined) return <EnrollPage token={enrollment} session={session} />
  const mailed = mailedLinkAt(pathname)
  if (mailed?.kind === 'invite') return <InvitePage key={mailed.token} token={mailed.token} session={session} connect={connect} />
  if (mailed?.kind === 'verify-email')
    return <VerifyEmailPage key={mailed.token} token={mailed.token} session={session} connect={connect} />
  if (mailed?.kind === 'reset-password') return <ResetPasswordPage key={mailed.token} token={mailed.token} connect={connect} />
  if (pathname === '/cli/verify') return <DevicePage session={session} typed={searchParams.get('code')} />
  if (pathname === '/sign-in/oidc') return <OidcPage session={session} connect={connect} />
  if (pathname === '/forgot-password') return <ForgotPasswordPage connect={connect} />
  return undefined
}
