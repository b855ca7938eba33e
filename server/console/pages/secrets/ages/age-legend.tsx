import { useMemo } from 'react'
import { FilterButtons } from '../../../ui/form/filter-buttons.tsx'
import type { Aged } from './age.ts'
import { LEGEND } from './legend.ts'
import { OLDEST } from './shape.ts'

interface AgeLegendProps {
  secrets: readonly Aged[]
  now: number
  pressed: readonly string[]
  onPress(pressed: readonly string[]): void
}

/** What the squares show, as buttons that filter, each with the number of matches. */
export function AgeLegend({ secrets, now, pressed, onPress }: AgeLegendProps) {
  const counts = useMemo(() => LEGEND.map(({ holds }) => secrets.filter(secret => holds(secret, now)).length), [secrets, now])
  return (
    <FilterButtons
      legend={<legend className="only-heard">Show only values of this age</legend>}
      className="heat-legend"
      filters={LEGEND}
      counts={counts}
      pressed={pressed}
      onPress={onPress}
      signOf={place => <Sign place={place} />}
    />
  )
}

/** How the squares show an entry of the legend. */
function Sign({ place }: { place: number }) {
  const mark = LEGEND[place]?.mark
  const level = Math.round((11 * place) / OLDEST)
  return (
    <svg className="chart-key" viewBox="0 0 12 12" aria-hidden="true">
      {!mark && <rect className="heat-0" x="0.5" y="0.5" width="11" height="11" />}
      {!mark && place > 0 && <rect className={`heat-${place}`} x="0.5" y={11.5 - level} width="11" height={level} />}
      {mark === 'ring' && <rect className="heat-ring" x="1.5" y="1.5" width="9" height="9" />}
      {mark === 'dot' && <circle className="heat-dot" cx="6" cy="6" r="3" />}
    </svg>
  )
}
