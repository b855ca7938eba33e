import { useRef } from 'react'
import { Button, type ButtonProps } from '../form/button.tsx'
import { useAnnounce } from './announcement.tsx'

/** How long a secret may stay on the clipboard. */
export const CLEAR_SECONDS = 45

interface CopyButtonProps {
  /** The text, or a function that gets it. */
  text: string | (() => Promise<string | undefined>)
  /** Name of the text, as in `Copy the key`. */
  what: string
  /** Clears the clipboard after this number of seconds. */
  clearAfter?: number
  kind?: ButtonProps['kind']
  /** The visible label, and more words for screen readers. Without it, screen readers get the name of the text. */
  label?: readonly [seen: string, heard?: string]
}

/** A button that puts a text on the clipboard. */
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

/** Clears the clipboard unless it has another text by now. If the page is not allowed to read it, it is cleared anyway. */
async function emptyClipboard(copied: string): Promise<void> {
  const now = await navigator.clipboard.readText().catch(() => copied)
  if (now === copied) await navigator.clipboard.writeText('')
}
