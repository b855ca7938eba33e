import type { ComponentProps } from 'react'

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  /** `danger`: removes something permanently. */
  kind?: 'primary' | 'plain' | 'link' | 'danger' | undefined
  /** Its action is running: it says so and ignores clicks, but keeps the focus. */
  busy?: boolean
}

/** A button that ignores further clicks while its action is running. */
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
