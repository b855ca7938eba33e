import { useSignedIn } from '../../session/signed-in.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Crumbs } from '../../ui/layout/crumbs.tsx'
import { SharedSecret } from '../share/shared-secret.tsx'

const WITHIN = [{ label: 'Sharing', to: '/shares' }]

/** `/shares/<id>`: opens what is shared with the person. */
export function OpenSharePage({ id }: { id: string }) {
  const { client, session } = useSignedIn()
  return (
    <>
      <Crumbs within={WITHIN} />
      <div className="panel one-thing">
        <SharedSecret id={id} client={client} onExpired={session.expire} unknown={<NoShare />} />
      </div>
    </>
  )
}

function NoShare() {
  return (
    <>
      <Heading>There is no such share for you</Heading>
      <p>It may have been revoked, or be meant for another account.</p>
    </>
  )
}
