import { type ReactNode, useId, useRef } from 'react'
import { Icon } from '../icon.tsx'

interface RowMenuProps {
  /** What the actions are for, for screen readers: `version 3`. */
  of: string
  /** Buttons. */
  children: ReactNode
}

/** The rarer actions of a row of a table, which would make it too wide. The browser closes it on Escape or a click outside. */
export function RowMenu({ of, children }: RowMenuProps) {
  const id = useId()
  const menu = useRef<HTMLDivElement>(null)
  return (
    <>
      <button type="button" className="button button-plain row-more" popoverTarget={id}>
        <span className="only-heard">Show more actions of {of}</span>
        <Icon name="more" />
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the buttons in it are pressed. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter clicks a button, too. */}
      <div ref={menu} id={id} className="row-menu" popover="auto" onClick={() => menu.current?.hidePopover()}>
        {children}
      </div>
    </>
  )
}
