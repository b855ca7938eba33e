import { type FormEvent, type ReactNode, useState } from 'react'
import type { Action } from '../data/use-action.ts'
import { Alert } from '../form/alert.tsx'
import { Button } from '../form/button.tsx'
import { EXACT } from '../form/exact.ts'
import { Field } from '../form/field.tsx'
import { Dialog } from './dialog.tsx'

interface ConfirmProps {
  title: string
  /** What happens, and what cannot be undone. */
  children: ReactNode
  /** The verb on the button: `Delete`. */
  verb: string
  action: Action<[]>
  /** What to do if the action fails. */
  remedy?: ReactNode
  /** A text that must be typed before the button works, for actions with a great loss. */
  typed?: string
  onDone(): void
  onClose(): void
}

/** Asks for confirmation before something is removed. */
export function Confirm({ title, children, verb, action, remedy, typed, onDone, onClose }: ConfirmProps) {
  const [entry, setEntry] = useState('')
  const [fault, setFault] = useState<string>()
  const confirm = async (event: FormEvent) => {
    event.preventDefault()
    if (typed !== undefined && entry !== typed) return setFault(`Type ${typed} exactly as shown.`)
    setFault(undefined)
    if (await action.run()) onDone()
  }
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <form onSubmit={confirm} noValidate>
        {typed !== undefined && (
          <Field
            label={`Type ${typed} to confirm`}
            name="typed"
            {...EXACT}
            value={entry}
            onChange={event => setEntry(event.target.value)}
            error={entry === typed ? undefined : fault}
          />
        )}
        <Alert>{action.failure}</Alert>
        {action.problem && remedy}
        <div className="decision">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="danger" type="submit" busy={action.busy}>
            {verb}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
