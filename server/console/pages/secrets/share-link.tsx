import type { Contract } from '../../../../src/contract/all.ts'
import { CopyButton } from '../../ui/data/copy-button.tsx'
import { QrCode } from '../../ui/data/qr-code.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Until } from './until.tsx'

/** The address of a share, to send or to scan. */
export function ShareLink({ share, onClose }: { share: Contract['shares.create']['reply']; onClose(): void }) {
  const open = share.recipient_type === 'anyone_with_link'
  return (
    <>
      <p>
        {open
          ? 'Anyone with this link can open the secret without signing in. Send it over a channel that you trust.'
          : 'The recipient signs in, accepts the share and then opens it.'}
      </p>
      <p className="share-url">
        <code>{share.share_url}</code>
      </p>
      <QrCode text={share.share_url} label="The link as a QR code" />
      <p className="quiet">
        Expires <Until instant={share.expires_at} />
      </p>
      <div className="decision">
        <CopyButton kind="primary" text={share.share_url} what="the link" />
        <Button onClick={onClose}>Done</Button>
      </div>
    </>
  )
}
