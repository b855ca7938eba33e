import { type ReactNode, useEffect, useId, useRef } from 'react'
import { Announcements } from '../data/announcement.tsx'

interface DialogProps {
  title: string
  onClose(): void
  children: ReactNode
}

/**
 * A question that must be answered first. The browser keeps the focus inside, closes it on Escape, and gives the focus back to where it
 * was. What is said inside is said inside: the page behind is out of reach, also for those who listen.
 */
export function Dialog({ title, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
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
