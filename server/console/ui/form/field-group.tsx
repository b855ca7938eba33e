import type { ReactNode } from 'react'

interface FieldGroupProps {
  legend: string
  hint?: ReactNode
  hidden?: boolean
  children: ReactNode
}

/** Fields of a long form that belong together, under one title. */
export function FieldGroup({ legend, hint, hidden = false, children }: FieldGroupProps) {
  return (
    <fieldset className="field-group panel" hidden={hidden}>
      <legend>{legend}</legend>
      {hint && <p className="quiet">{hint}</p>}
      {children}
    </fieldset>
  )
}
