import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import { Announcements } from '../data/announcement.tsx'

interface DialogProps {
  title: string
  onClose(): void
  children: ReactNode
}

/**
 * A modal dialog. The browser keeps the focus inside, closes it on Escape, and returns the focus afterwards. It has its own place for
 * messages, because screen readers cannot reach the page behind it.
 */
export function Dialog({ title, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  // Closed while it is in the document: browsers return the focus only then.
  useLayoutEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog ref={ref} className="dialog" aria-labelledby={id} onClose={onClose}>
      <Announcements>
        <h2 id={id}>{title}</h2>
        {children}
      </Announcements>
    </dialog>
  )
}
