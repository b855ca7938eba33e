import type { ReactNode } from 'react'
import { Button } from './button.tsx'

export interface FormButtonsProps {
  onCancel(): void
  /** The form is being sent. */
  busy: boolean
  /** Label of the button that sends the form. */
  children: ReactNode
}

/** The buttons of a form in a dialog: cancel it, or send it. */
export function FormButtons({ onCancel, busy, children }: FormButtonsProps) {
  return (
    <div className="decision">
      <Button onClick={onCancel}>Cancel</Button>
      <Button kind="primary" type="submit" busy={busy}>
        {children}
      </Button>
    </div>
  )
}
