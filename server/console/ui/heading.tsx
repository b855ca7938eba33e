import { useEffect, useRef } from 'react'

/**
 * The title of a view. It takes the focus when the view appears, so that a screen reader announces it and the next Tab leads into the view.
 * It is also the title of the document.
 * @param of the title of the document, if the title of the view is not specific enough
 */
export function Heading({ children, of = children }: { children: string; of?: string }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${of} · 1claw`
    heading.current?.focus()
  }, [of])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  )
}
