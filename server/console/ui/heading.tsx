import { useEffect, useRef } from 'react'

/**
 * The title of a view. It takes the focus when the view appears, so that a screen reader says where one is and the next Tab leads into
 * the view, and it names the document.
 * @param of the name of the document, where the title alone does not tell it from others
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
