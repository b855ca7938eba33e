import { SignIn } from '../account/sign-in.tsx'
import { SignedInAs } from '../account/signed-in-as.tsx'
import { Button } from '../form/button.tsx'
import { Heading } from '../heading.tsx'
import type { Session } from '../session.ts'
import type { Connect } from '../session-tokens.ts'
import { Closed } from './closed.tsx'
import { Revealed } from './revealed.tsx'
import { useShare } from './use-share.ts'

interface SharePageProps {
  id: string
  session: Session
  connect: Connect
}

/** `/v1/share/<id>` in a browser: a secret that somebody shares, revealed at a click. */
export function SharePage({ id, session, connect }: SharePageProps) {
  const who = session.current
  return <SharedSecret key={`${id} ${who?.account.id}`} id={id} session={session} connect={connect} />
}

function SharedSecret({ id, session, connect }: SharePageProps) {
  const who = session.current
  const { standing, open, answer, reload } = useShare(id, who?.client ?? connect())
  switch (standing.at) {
    case 'loading':
      return (
        <p className="loading" role="status">
          Looking up the share…
        </p>
      )
    case 'closed':
      return (
        <>
          <Closed standing={standing} onOpen={open} onAnswer={answer} />
          {who && <SignedInAs session={session} who={who} />}
        </>
      )
    case 'open':
      return <Revealed opened={standing.opened} />
    case 'declined':
      return (
        <>
          <Heading>You declined this share</Heading>
          <p>It cannot be opened any more. If that was a mistake, ask for another one.</p>
        </>
      )
    case 'gone':
      return (
        <>
          <Heading>This share is used up</Heading>
          <p>It has expired, or was opened as often as it may be. If you did not open it yourself, tell who sent it to you.</p>
        </>
      )
    case 'unknown':
      return who ? (
        <>
          <Heading>There is no such share for you</Heading>
          <p>It may have been revoked, or be meant for another account.</p>
          <SignedInAs session={session} who={who} />
        </>
      ) : (
        <SignIn session={session} purpose={<p>No share with this link is open to everybody. If it is for you, sign in.</p>} />
      )
    case 'failed':
      return (
        <>
          <Heading>The share could not be looked up</Heading>
          <p>{standing.message}</p>
          <Button kind="primary" onClick={reload}>
            Try again
          </Button>
        </>
      )
  }
}
