import { useSignedIn } from '../../session/signed-in.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Crumbs } from '../../ui/layout/crumbs.tsx'
import { SharedSecret } from '../share/shared-secret.tsx'

const WITHIN = [{ label: 'Sharing', to: '/shares' }]

/** `/shares/<id>`: opens a share with the person. */
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
      <Heading>Share not found</Heading>
      <p>It was revoked, or it is for another account.</p>
    </>
  )
}
