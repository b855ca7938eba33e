import type { ReactNode } from 'react'
import type { Action } from '../data/use-action.ts'
import { Alert } from '../form/alert.tsx'
import { Button } from '../form/button.tsx'
import { Dialog } from './dialog.tsx'

interface ConfirmProps {
  title: string
  /** What happens, and what cannot be undone. */
  children: ReactNode
  /** The verb on the button: `Delete`. */
  verb: string
  action: Action<[]>
  onDone(): void
  onClose(): void
}

/** Asks before something is taken away. */
export function Confirm({ title, children, verb, action, onDone, onClose }: ConfirmProps) {
  const confirm = async () => {
    if (await action.run()) onDone()
  }
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <Alert>{action.failure}</Alert>
      <div className="decision">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="danger" busy={action.busy} onClick={confirm}>
          {verb}
        </Button>
      </div>
    </Dialog>
  )
}
