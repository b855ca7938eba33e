import { useRef, useState } from 'react'
import { CopyButton } from '../../ui/data/copy-button.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'

interface InvitationLinkProps {
  invitation: { readonly id: string; readonly email: string }
  onClose(): void
}

/** An invitation link to pass on by hand; it is made at the first copy, so that a mere look replaces none. */
export function LinkToPassOn({ invitation: { id, email }, onClose }: InvitationLinkProps) {
  const [url, setUrl] = useState<string>()
  const made = useRef<string>(undefined)
  const making = useAction(async client => {
    made.current = (await client.call('org.invitation-link', { params: { invitation_id: id } })).url
    setUrl(made.current)
  })
  const linkOf = async () => {
    if (made.current === undefined) await making.run()
    return made.current
  }
  return (
    <>
      <p>
        The link is for <strong>{email}</strong> only: the person signs in or signs up with that address. It works once, and
        replaces a link that was copied earlier.
      </p>
      <Alert>{making.failure}</Alert>
      {url !== undefined && (
        <p className="share-url">
          <code>{url}</code>
        </p>
      )}
      <div className="decision">
        <Button onClick={onClose}>Close</Button>
        <CopyButton kind="primary" text={linkOf} what="the link" label={['Copy link']} />
      </div>
    </>
  )
}

/** The same for an existing invitation. */
export function InvitationLink({ invitation, onClose }: InvitationLinkProps) {
  return (
    <Dialog title={`Link to the invitation of ${invitation.email}`} onClose={onClose}>
      <LinkToPassOn invitation={invitation} onClose={onClose} />
    </Dialog>
  )
}
