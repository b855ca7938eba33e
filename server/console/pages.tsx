import type { ReactNode } from 'react'
import { Sectioned } from './frame/sectioned.tsx'
import { DevicePage } from './pages/device/device-page.tsx'
import { EnrollPage } from './pages/enrollment/enroll-page.tsx'
import { enrollmentAt } from './pages/enrollment/status.ts'
import { InvitePage } from './pages/mailed/invite-page.tsx'
import { mailedLinkAt } from './pages/mailed/mailed-link.ts'
import { ResetMfaPage } from './pages/mailed/reset-mfa-page.tsx'
import { ResetPasswordPage } from './pages/mailed/reset-password-page.tsx'
import { VerifyEmailPage } from './pages/mailed/verify-email-page.tsx'
import { OpenPage } from './pages/open/open-page.tsx'
import { ForgotPasswordPage } from './pages/sign-in/forgot-password-page.tsx'
import { OidcPage } from './pages/sign-in/oidc/oidc-page.tsx'
import type { Session } from './session/session.ts'
import type { Connect } from './session/session-tokens.ts'
import { Shell } from './ui/layout/shell.tsx'

interface PagesProps {
  location: URL
  session: Session
  connect: Connect
}

/** Every page except that of a share. */
export function Pages({ location, session, connect }: PagesProps) {
  const single = singlePage(location, session, connect)
  return single === undefined ? <Sectioned session={session} pathname={location.pathname} /> : <Shell>{single}</Shell>
}

/** Pages about a single question, which stand alone (`isStandalone`): mostly behind links that people are sent. */
function singlePage({ pathname, searchParams }: URL, session: Session, connect: Connect): ReactNode | undefined {
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
