import type { ReactNode } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import { Button } from '../../ui/form/button.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Closed } from './closed.tsx'
import { Revealed } from './revealed.tsx'
import { useShare } from './use-share.ts'

interface SharedSecretProps {
  id: string
  client: Client
  /** The server no longer takes the token of the client. */
  onExpired(): void
  /** By whose authority a click opens it, where a click does. */
  authority?: ReactNode
  /** Shown if there is no such share, or not for this reader. */
  unknown: ReactNode
}

/** A share and, after a click, its value. The page itself does not open the share. */
export function SharedSecret({ id, client, onExpired, authority, unknown }: SharedSecretProps) {
  const { phase, open, answer, reload } = useShare(id, client, onExpired)
  switch (phase.at) {
    case 'loading':
      return (
        <p className="loading" role="status">
          Looking up the share…
        </p>
      )
    case 'closed':
      return (
        <>
          <Closed phase={phase} onOpen={open} onAnswer={answer} />
          {authority}
        </>
      )
    case 'open':
      return <Revealed opened={phase.opened} />
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
          <p>
            It has expired or has reached its limit of openings. If you did not open it yourself, tell the person who sent it to
            you.
          </p>
        </>
      )
    case 'unknown':
      return unknown
    case 'failed':
      return (
        <>
          <Heading>The share could not be looked up</Heading>
          <p>{phase.message}</p>
          <Button kind="primary" onClick={reload}>
            Try again
          </Button>
        </>
      )
  }
}
