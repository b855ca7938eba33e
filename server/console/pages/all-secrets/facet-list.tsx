import { useMemo } from 'react'
import { FilterButtons } from '../../ui/form/filter-buttons.tsx'
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
    <FilterButtons
      legend={<legend>Show only</legend>}
      className="facets"
      filters={FACETS}
      counts={counts}
      pressed={chosen}
      onPress={onChange}
    />
  )
}
