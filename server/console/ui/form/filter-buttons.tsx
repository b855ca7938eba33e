import type { ReactNode } from 'react'

interface FilterButtonsProps {
  /** Names the group. */
  legend: ReactNode
  className: string
  filters: readonly { readonly name: string; readonly label: string }[]
  /** The number of matches of each filter. */
  counts: readonly number[]
  /** The names of the filters that are on. */
  pressed: readonly string[]
  onPress(pressed: readonly string[]): void
  /** A picture in front of the label of a filter, by its place. */
  signOf?(place: number): ReactNode
}

/** Buttons that filter a list; any number of them can be on. */
export function FilterButtons({ legend, className, filters, counts, pressed, onPress, signOf }: FilterButtonsProps) {
  return (
    <fieldset className={className}>
      {legend}
      {filters.map(({ name, label }, place) => {
        const on = pressed.includes(name)
        return (
          <button
            key={name}
            type="button"
            className="facet"
            aria-pressed={on}
            onClick={() => onPress(on ? pressed.filter(each => each !== name) : [...pressed, name])}
          >
            {signOf?.(place)}
            <span>{label}</span>
            <span className="facet-count">{counts[place]?.toLocaleString()}</span>
          </button>
        )
      })}
    </fieldset>
  )
}
