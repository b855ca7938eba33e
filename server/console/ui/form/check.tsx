import { type ReactNode, useId } from 'react'

interface CheckProps {
  label: string
  name: string
  hint?: ReactNode
  checked?: boolean | undefined
  onChange?(checked: boolean): void
}

/** A choice between yes and no. */
export function Check({ label, name, hint, checked = false, onChange }: CheckProps) {
  const id = useId()
  return (
    <div className="check">
      <label>
        <input
          type="checkbox"
          name={name}
          autoComplete="off"
          defaultChecked={checked}
          aria-describedby={hint ? id : undefined}
          onChange={event => onChange?.(event.currentTarget.checked)}
        />{' '}
        {label}
      </label>
      {hint && (
        <p className="field-hint" id={id}>
          {hint}
        </p>
      )}
    </div>
  )
}
