import type { ReactNode } from 'react'
import { Alert } from '../form/alert.tsx'
import { Button } from '../form/button.tsx'
import type { Form } from '../form/submission.ts'
import { Dialog } from './dialog.tsx'

interface FormDialogProps {
  title: string
  form: Form
  /** Label of the button that sends the form. */
  submit: string
  kind?: 'primary' | 'danger'
  /** What to read before the fields. */
  lead?: ReactNode
  onClose(): void
  children?: ReactNode
}

/** A dialog with one form: its fields, what the server says against them, a way out and the button that sends it. */
export function FormDialog({ title, form, submit, kind = 'primary', lead, onClose, children }: FormDialogProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <form ref={form.ref} onSubmit={form.onSubmit} noValidate>
        {lead}
        <Alert>{form.failure?.message}</Alert>
        {children}
        <div className="decision">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind={kind} type="submit" busy={form.busy}>
            {submit}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
