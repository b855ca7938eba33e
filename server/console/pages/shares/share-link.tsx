import { CopyButton } from '../../ui/data/copy-button.tsx'
import { QrCode } from '../../ui/data/qr-code.tsx'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Button } from '../../ui/form/button.tsx'
import { type ListedShare, linkTo } from './listed-share.ts'

/** The link of a share, to be read by a camera or copied. */
export function ShareLink({ share, onClose }: { share: ListedShare; onClose(): void }) {
  const link = linkTo(share)
  const open = share.recipient_type === 'anyone_with_link'
  return (
    <Dialog title={`Link to ${share.secret_path}`} onClose={onClose}>
      <p>
        {open ? 'Anyone with the link can open the share.' : 'Only its recipient can open the share with it, after signing in.'}
      </p>
      <QrCode text={link} label={`QR code of the link to ${share.secret_path}`} />
      <p className="link-text">
        <code>{link}</code>
      </p>
      <div className="decision">
        <Button onClick={onClose}>Close</Button>
        <CopyButton kind="primary" text={link} what="the link" />
      </div>
    </Dialog>
  )
}
