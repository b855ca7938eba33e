import type { ComponentProps } from 'react'
import { Labelled, type LabelledProps, type Ties } from './labelled.tsx'

type SelectFieldProps = Omit<ComponentProps<'select'>, keyof Ties | 'className'> & LabelledProps

/** A choice of one; the options are its children. */
export function SelectField({ label, heard, hint, error, children, ...select }: SelectFieldProps) {
  return (
    <Labelled label={label} heard={heard} hint={hint} error={error}>
      {ties => (
        <select {...select} {...ties} className="choice">
          {children}
        </select>
      )}
    </Labelled>
  )
}
