import type { ComponentProps } from 'react'
import { Labelled, type LabelledProps, type Ties } from './labelled.tsx'

type TextAreaProps = Omit<ComponentProps<'textarea'>, keyof Ties | 'className'> & LabelledProps & { name: string }

/** An input of several lines. */
export function TextArea({ label, hint, error, ...area }: TextAreaProps) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {ties => <textarea {...area} {...ties} className="choice" />}
    </Labelled>
  )
}
