import { lazy, Suspense } from 'react'
import type { Session } from '../../session/session.ts'
import type { Connect } from '../../session/session-tokens.ts'
import { Heading } from '../../ui/heading.tsx'
import { SignedInAs } from '../sign-in/signed-in-as.tsx'
import { SharedSecret } from './shared-secret.tsx'

/** Rarely needed here: a share by link requires no account. */
const SignIn = lazy(() => import('../sign-in/sign-in.tsx').then(module => ({ default: module.SignIn })))

interface SharePageProps {
  id: string
  session: Session
  connect: Connect
}

/**
 * `/v1/share/<id>` in a browser: a secret that somebody shares, revealed at a click. Whether it is open to everyone is asked at the same
 * time as who is signed in; for somebody who is, it is asked again in their name.
 */
export function SharePage({ id, session, connect }: SharePageProps) {
  const who = session.current
  return (
    <SharedSecret
      key={`${id} ${who?.account.id}`}
      id={id}
      client={who?.client ?? connect()}
      onExpired={session.expire}
      authority={who && <SignedInAs session={session} who={who} />}
      unknown={
        session.restoring ? (
          <p className="loading late" role="status">
            Looking up the share…
          </p>
        ) : who ? (
          <>
            <Heading>Share not found</Heading>
            <p>It was revoked, or it is for another account.</p>
            <SignedInAs session={session} who={who} />
          </>
        ) : (
          <Suspense fallback={<p className="loading late">Loading…</p>}>
            <SignIn session={session} purpose={<p>This link is not open to everyone. If it is for you, sign in.</p>} />
          </Suspense>
        )
      }
    />
  )
}
