import type { ReactNode } from 'react'

interface EmptyProps {
  /** What the list would contain, and its purpose. */
  children: ReactNode
  /** The button that creates the first one. */
  action?: ReactNode
  /** The command that does the same in a terminal. */
  command?: string
}

/** Shown in place of an empty list: explains what it would contain, and how to create the first entry. */
export function Empty({ children, action, command }: EmptyProps) {
  return (
    <>
      <p>{children}</p>
      {action && <div className="actions">{action}</div>}
      {command && (
        <p>
          Or in a terminal: <code>{command}</code>
        </p>
      )}
    </>
  )
}
