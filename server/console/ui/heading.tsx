import { useEffect, useRef } from 'react'

/**
 * The title of a view. It takes the focus when the view appears, so that a screen reader says where one is and the next Tab leads into
 * the view, and it names the document.
 */
export function Heading({ children }: { children: string }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${children} · 1claw`
    heading.current?.focus()
  }, [children])
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  )
}
