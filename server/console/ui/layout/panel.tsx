import { type ReactNode, useId } from 'react'

interface PanelProps {
  title: string
  /** Buttons for the content of the panel. */
  actions?: ReactNode
  children: ReactNode
}

/** A titled part of a page. */
export function Panel({ title, actions, children }: PanelProps) {
  const id = useId()
  return (
    <section className="panel" aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  )
}
