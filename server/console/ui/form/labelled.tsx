import { type ReactNode, useId } from 'react'

export interface LabelledProps {
  label: string
  /** What the label goes on with for those who hear it: of which of several things it is. */
  heard?: string | undefined
  hint?: string | undefined
  /** What is wrong with the entry. */
  error?: string | undefined
}

/** What an entry carries to be tied to its label, its hint and what is wrong with it, for assistive technology. */
export interface Ties {
  readonly id: string
  readonly 'aria-invalid': true | undefined
  readonly 'aria-describedby': string | undefined
}

/** An entry of a form between its label and what is said of it. */
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
