import { useMemo } from 'react'
import type { Listed } from '../secrets/ages/listed.ts'
import { FACETS } from './facets.ts'

interface FacetListProps {
  secrets: readonly Listed[]
  chosen: readonly string[]
  now: number
  onChange(chosen: readonly string[]): void
}

/** Buttons that filter the list, each with the number of matches. */
export function FacetList({ secrets, chosen, now, onChange }: FacetListProps) {
  const counts = useMemo(() => FACETS.map(({ holds }) => secrets.filter(secret => holds(secret, now)).length), [secrets, now])
  return (
    <fieldset className="facets">
      <legend>Show only</legend>
      {FACETS.map(({ name, label }, index) => {
        const on = chosen.includes(name)
        return (
          <button
            key={name}
            type="button"
            className="facet"
            aria-pressed={on}
            onClick={() => onChange(on ? chosen.filter(each => each !== name) : [...chosen, name])}
          >
            <span>{label}</span>
            <span className="facet-count">{counts[index]?.toLocaleString()}</span>
          </button>
        )
      })}
    </fieldset>
  )
}
