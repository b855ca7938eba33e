import type { ComponentProps } from 'react'

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  /** `danger`: takes something away permanently. */
  kind?: 'primary' | 'plain' | 'link' | 'danger' | undefined
  /** Its work is under way: it says so and takes no further click, but keeps the focus. */
  busy?: boolean
}

/** A button that cannot be pressed twice while its first press is still being worked on. */
export function Button({ kind = 'plain', busy = false, type = 'button', onClick, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={`button button-${kind}`}
      aria-disabled={busy || undefined}
      onClick={busy ? event => event.preventDefault() : onClick}
    />
  )
}
