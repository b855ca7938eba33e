import { type ReactNode, useMemo } from 'react'
import { Button } from '../../../ui/form/button.tsx'
import { type Aged, findingOf } from './age.ts'
import { AgeLegend } from './age-legend.tsx'
import type { Pressed } from './legend.ts'
import { groupsOf } from './squares.ts'
import { Squares } from './squares-picture.tsx'

interface AgeMapProps {
  /** In the picture. */
  secrets: readonly Aged[]
  /** The same without the filter of the legend, for its numbers. */
  all: readonly Aged[]
  now: number
  pressed: Pressed
  onPress(pressed: Pressed): void
}

/**
 * Age and expiry of values as squares, by vault and folder; collapsed at first, because most people come for the list. The list below is
 * authoritative.
 */
export function AgeMap({ secrets, all, now, pressed, onPress }: AgeMapProps) {
  const caption = useMemo(() => findingOf(secrets, now), [secrets, now])
  const shown = pressed !== undefined
  const vaults = useMemo(() => (shown ? groupsOf(secrets, now) : []), [shown, secrets, now])
  return (
    <AgeFigure caption={caption} pressed={pressed} onPress={onPress}>
      {shown && <AgeLegend secrets={all} now={now} pressed={pressed} onPress={onPress} />}
      <Squares vaults={vaults} caption={caption} now={now} />
    </AgeFigure>
  )
}

interface AgeFigureProps {
  /** The finding, in a sentence. */
  caption: string
  pressed: Pressed
  onPress(pressed: Pressed): void
  /** The map, where it is shown. */
  children: ReactNode
}

export function AgeFigure({ caption, pressed, onPress, children }: AgeFigureProps) {
  const shown = pressed !== undefined
  return (
    <figure className="chart heat">
      <figcaption className="chart-caption">
        <span>{caption}</span>
        <Button kind="link" onClick={() => onPress(shown ? undefined : [])}>
          {shown ? 'Hide map' : 'Show map'}
        </Button>
      </figcaption>
      {shown && children}
    </figure>
  )
}
