import { useEffect, useState } from 'react'
import { explain, problemOf } from '../../../failure.ts'
import type { Session } from '../../../session/session.ts'
import type { Connect } from '../../../session/session-tokens.ts'
import { Heading } from '../../../ui/heading.tsx'
import { Link } from '../../../ui/link.tsx'
import { navigate } from '../../../ui/location.ts'
import { ChallengeForm } from '../challenge-form.tsx'
import { type Answer, forgetAnswer, readAnswer } from './request.ts'

interface OidcPageProps {
  session: Session
  connect: Connect
}

/** `/sign-in/oidc`: the redirect address for people who have signed in at the issuer. */
export function OidcPage({ session, connect }: OidcPageProps) {
  const [answer] = useState(readAnswer)
  const [failure, setFailure] = useState<string | null>('refused' in answer ? REFUSED[answer.refused] : null)
  const [exchanged, setExchanged] = useState(false)
  const to = 'refused' in answer ? '/' : answer.to

  // biome-ignore lint/correctness/useExhaustiveDependencies: an answer counts once.
  useEffect(() => {
    // Not while it is drawn: React may draw again from the beginning, and would find no answer then.
    forgetAnswer()
    if ('refused' in answer) return
    exchange(connect, answer)
      .then(session.begin)
      .then(() => setExchanged(true))
      .catch(thrown => setFailure(explain(problemOf(thrown))))
  }, [])

  const isIn = exchanged && session.current !== null
  useEffect(() => {
    if (isIn) navigate(to, 'replace')
  }, [isIn, to])

  if (session.challenged) return <ChallengeForm session={session} />
  if (failure === null) {
    return (
      <p className="loading" role="status">
        Signing in…
      </p>
    )
  }
  return (
    <>
      <Heading>You are not signed in</Heading>
      <p>{failure}</p>
      <p className="aside">
        <Link to={to}>Go to the sign-in page</Link>
      </p>
    </>
  )
}

function exchange(connect: Connect, { idToken, nonce }: Extract<Answer, { idToken: string }>) {
  return connect().call('auth.google', { body: { id_token: idToken, nonce } })
}

const REFUSED = {
  cancelled: 'The sign-in was cancelled.',
  failed: 'The issuer did not sign you in. Try again.',
  'not-asked': 'This response does not belong to a sign-in that was started in this tab. Start again from the sign-in page.',
} as const
