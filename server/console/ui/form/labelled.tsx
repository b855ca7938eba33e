import { type ReactNode, useId } from 'react'

export interface LabelledProps {
  label: string
  /** More words of the label for screen readers, to distinguish several fields with the same label. */
  heard?: string | undefined
  hint?: string | undefined
  /** The fault of the entry. */
  error?: string | undefined
}

/** Attributes that connect an input to its label, hint and error, for assistive technology. */
export interface Ties {
  readonly id: string
  readonly 'aria-invalid': true | undefined
  readonly 'aria-describedby': string | undefined
}

/** An input with its label, hint and error. */
export function Labelled({ label, heard, hint, error, children }: LabelledProps & { children: (ties: Ties) => ReactNode }) {
  const id = useId()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {heard && <span className="only-heard">{heard}</span>}
      </label>
      {children({ id, 'aria-invalid': error ? true : undefined, 'aria-describedby': described || undefined })}
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  )
}
