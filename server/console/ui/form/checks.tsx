import { useId } from 'react'

interface ChecksProps<Name extends string> {
  legend: string
  /** The names of the boxes in the form. */
  names: readonly Name[]
  /** The label of a box, if it differs from its name. */
  labels?: Partial<Record<Name, string>>
  checked?: readonly Name[] | undefined
  error?: string | undefined
  /** There are so many boxes that they scroll in their own frame. */
  many?: boolean
}

/** A choice of any number. */
export function Checks<Name extends string>({ legend, names, labels, checked = [], error, many = false }: ChecksProps<Name>) {
  const id = useId()
  return (
    <fieldset className="choices" aria-describedby={error ? id : undefined}>
      <legend>{legend}</legend>
      <div className={many ? 'boxes boxes-many' : 'boxes'}>
        {names.map(name => (
          <label key={name}>
            <input
              type="checkbox"
              name={name}
              autoComplete="off"
              defaultChecked={checked.includes(name)}
              aria-invalid={error ? true : undefined}
            />{' '}
            {labels?.[name] ?? name}
          </label>
        ))}
      </div>
      {error && (
        <p className="field-error" id={id}>
          {error}
        </p>
      )}
    </fieldset>
  )
}
