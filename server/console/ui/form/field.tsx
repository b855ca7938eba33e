import type { ComponentProps, ReactNode } from 'react'
import { Labelled, type LabelledProps, type Ties } from './labelled.tsx'

export interface FieldProps extends Omit<ComponentProps<'input'>, keyof Ties>, LabelledProps {
  name: string
  /** Rendered in the frame of the field after the input; receives the id of the input. */
  trailing?: (inputId: string) => ReactNode
}

/** An input of one line. */
export function Field({ label, hint, error, trailing, ...input }: FieldProps) {
  return (
    <Labelled label={label} hint={hint} error={error}>
      {ties => (
        <div className="field-frame">
          <input {...input} {...ties} />
          {trailing?.(ties.id)}
        </div>
      )}
    </Labelled>
  )
}
