import type { ReactNode } from 'react'

interface EmptyProps {
  /** What is not there, and what it is for. */
  children: ReactNode
  /** The button that makes the first one. */
  action?: ReactNode
  /** The line that does the same in a terminal. */
  command?: string
}

/** Says in place of a list what belongs there, and how to get the first of it. */
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
