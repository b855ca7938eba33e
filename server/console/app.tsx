import type { ReactNode } from 'react'
import { Sectioned } from './frame/sectioned.tsx'
import { DevicePage } from './pages/device/device-page.tsx'
import { EnrollPage } from './pages/enroll/enroll-page.tsx'
import { enrollmentAt } from './pages/enroll/status.ts'
import { InvitePage } from './pages/mailed/invite-page.tsx'
import { mailedLinkAt } from './pages/mailed/mailed-link.ts'
import { ResetMfaPage } from './pages/mailed/reset-mfa-page.tsx'
import { ResetPasswordPage } from './pages/mailed/reset-password-page.tsx'
import { VerifyEmailPage } from './pages/mailed/verify-email-page.tsx'
import { OpenPage } from './pages/open/open-page.tsx'
import { SharePage } from './pages/share/share-page.tsx'
import { shareAt } from './pages/share/status.ts'
import { ForgotPasswordPage } from './pages/sign-in/forgot-password-page.tsx'
import { OidcPage } from './pages/sign-in/oidc/oidc-page.tsx'
import { type Session, useSession } from './session/session.ts'
import type { Connect } from './session/session-tokens.ts'
import { Shell } from './ui/layout/shell.tsx'
import { useLocation } from './ui/location.ts'

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
  if (enrollment !== undefined) return <EnrollPage token={enrollment} answer={searchParams.get('answer')} session={session} />
  const mailed = mailedLinkAt(pathname)
  if (mailed?.kind === 'invite') return <InvitePage key={mailed.token} token={mailed.token} session={session} connect={connect} />
  if (mailed?.kind === 'verify-email')
    return <VerifyEmailPage key={mailed.token} token={mailed.token} session={session} connect={connect} />
  if (mailed?.kind === 'reset-password') return <ResetPasswordPage key={mailed.token} token={mailed.token} connect={connect} />
  if (mailed?.kind === 'reset-mfa') return <ResetMfaPage key={mailed.token} token={mailed.token} connect={connect} />
  if (pathname === '/open') return <OpenPage session={session} />
  if (pathname === '/cli/verify') return <DevicePage session={session} typed={searchParams.get('code')} />
  if (pathname === '/sign-in/oidc') return <OidcPage session={session} connect={connect} />
  if (pathname === '/forgot-password') return <ForgotPasswordPage connect={connect} />
  return undefined
}
