import type { ComponentProps } from 'react'
import { Labelled, type LabelledProps, type Ties } from './labelled.tsx'

type SelectFieldProps = Omit<ComponentProps<'select'>, keyof Ties | 'className'> & LabelledProps

/** A choice of one; the options are its children. */
export function SelectField({ label, hint, error, children, ...select }: SelectFieldProps) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {ties => (
        <select {...select} {...ties} className="choice">
          {children}
        </select>
      )}
    </Labelled>
  )
}
