import { Labelled, type LabelledProps } from './labelled.tsx'
import { type Choice, SearchedChoice } from './searched-choice.tsx'
import { SelectField } from './select-field.tsx'

interface ChoiceFieldProps extends LabelledProps {
  name: string
  choices: readonly Choice[]
  /** The value of the one that is chosen; none when it is empty. */
  value: string
  onChange(value: string): void
  /** Nothing is chosen at first. */
  isOpen?: boolean
}

/** Up to this number of options, people find theirs by looking; beyond it, they type a part of its name. */
const FEW = 20

/** A choice of one: from a short list by looking, from a long one by typing a part of its name. */
export function ChoiceField({ label, hint, error, name, choices, value, onChange, isOpen = false }: ChoiceFieldProps) {
  if (choices.length > FEW) {
    return (
      <Labelled label={label} hint={hint} error={error}>
        {ties => <SearchedChoice {...{ ties, label, name, choices, value, onChange }} />}
      </Labelled>
    )
  }
  const groups = Map.groupBy(choices, ({ group = '' }) => group)
  return (
    <SelectField
      label={label}
      hint={hint}
      error={error}
      name={name}
      value={value}
      onChange={event => onChange(event.target.value)}
    >
      {isOpen && <option value="">Choose…</option>}
      {Array.from(groups, ([group, inside]) =>
        group === '' ? (
          options(inside)
        ) : (
          <optgroup key={group} label={group}>
            {options(inside)}
          </optgroup>
        ),
      )}
    </SelectField>
  )
}

function options(choices: readonly Choice[]) {
  return choices.map(({ value, label }) => (
    <option key={value} value={value}>
      {label}
    </option>
  ))
}
