import { type ComponentProps, type ReactNode, useId } from 'react'

export interface FieldProps extends Omit<ComponentProps<'input'>, 'id' | 'aria-describedby' | 'aria-invalid'> {
  label: string
  name: string
  hint?: string | undefined
  /** What is wrong with the entry. */
  error?: string | undefined
  /** Stands in the frame of the field, after the input; receives the id of the input. */
  trailing?: (inputId: string) => ReactNode
}

/** An input with its label, its hint and what is wrong with it, tied together for assistive technology. */
export function Field({ label, hint, error, trailing, ...input }: FieldProps) {
  const id = useId()
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-frame">
        <input {...input} id={id} aria-invalid={error ? true : undefined} aria-describedby={described || undefined} />
        {trailing?.(id)}
      </div>
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
