import type { Client } from '../../../../src/client/client.ts'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { Confirm } from '../../ui/dialog/confirm.tsx'
import { isOver, type ListedShare } from './listed-share.ts'

interface EndShareProps {
  share: ListedShare
  /** The action for a share that can still be opened; any other share is removed. */
  verb: 'Decline' | 'Revoke'
  /** The consequence. */
  consequence: string
  end(client: Client, id: string): Promise<unknown>
  onDone(): Promise<void>
  onClose(): void
}

/** Asks before a share is ended, by either side. */
export function EndShare({ share, verb, consequence, end, onDone, onClose }: EndShareProps) {
  const announce = useAnnounce()
  const over = isOver(share)
  const word = over ? 'Remove' : verb
  const action = useAction(client => end(client, share.id))
  const done = async () => {
    onClose()
    announce(`The share is ${word.toLowerCase()}d.`)
    await onDone()
  }
  return (
    <Confirm title={`${word} the share of ${share.secret_path}?`} verb={word} action={action} onDone={done} onClose={onClose}>
      <p>{over ? 'It can no longer be opened, and is removed from your list.' : consequence}</p>
    </Confirm>
  )
}
