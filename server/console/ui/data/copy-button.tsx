import { useRef } from 'react'
import { Button, type ButtonProps } from '../form/button.tsx'
import { useAnnounce } from './announcement.tsx'

/** How long a secret may stay on the clipboard. */
export const CLEAR_SECONDS = 45

interface CopyButtonProps {
  /** What is copied, or where to get it from. */
  text: string | (() => Promise<string | undefined>)
  /** What it is, as in `Copy the key`. */
  what: string
  /** Empties the clipboard after so many seconds, if this page may see that the text is still in it. */
  clearAfter?: number
  kind?: ButtonProps['kind']
  /** What is seen of it, with what is read out after it. Without it, what is copied is read out. */
  label?: readonly [seen: string, heard?: string]
}

/** Puts a text on the clipboard. */
export function CopyButton({ text, what, clearAfter, kind, label: [seen, heard] = ['Copy', what] }: CopyButtonProps) {
  const announce = useAnnounce()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const copy = async () => {
    const copied = typeof text === 'string' ? text : await text()
    if (copied === undefined) return
    try {
      await navigator.clipboard.writeText(copied)
    } catch {
      return announce('The browser did not allow copying. Select it instead.')
    }
    if (clearAfter === undefined) return announce(`Copied ${what}.`)
    announce(`Copied ${what}. The clipboard is emptied in ${clearAfter} seconds.`)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => void emptyClipboard(copied).catch(() => undefined), clearAfter * 1_000)
  }

  return (
    <Button kind={kind} onClick={copy}>
      {seen}
      {heard && <span className="only-heard"> {heard}</span>}
    </Button>
  )
}

/** Leaves alone what somebody copied since. Where the page may not look, it is emptied all the same: better too often than not. */
async function emptyClipboard(copied: string): Promise<void> {
  const now = await navigator.clipboard.readText().catch(() => copied)
  if (now === copied) await navigator.clipboard.writeText('')
}
