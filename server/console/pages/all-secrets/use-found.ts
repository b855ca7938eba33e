import { useDeferredValue, useMemo } from 'react'
import { ofLegend, type Pressed, pressedOf } from '../secrets/ages/legend.ts'
import type { Listed } from '../secrets/ages/listed.ts'
import { type Filter, filterOf, matching, ordered } from './facets.ts'

/** What the address asks for, and the secrets that match. */
interface Found {
  readonly filter: Filter
  readonly order: string
  /** Identifies what `matched` and `found` are for, which follow what is typed when there is time. */
  readonly key: string
  /** Without the filter of the map's legend, which counts these. */
  readonly matched: readonly Listed[]
  readonly found: readonly Listed[]
}

export function useFound(all: readonly Listed[], query: URLSearchParams, now: number): Found {
  const filter = filterOf(query)
  const order = query.get('sort') ?? ''
  // Typed text is shown at once; the list follows when there is time.
  const key = useDeferredValue(JSON.stringify({ filter, order, pressed: pressedOf(query) }))
  const lists = useMemo(() => {
    const asked = JSON.parse(key) as { filter: Filter; order: string; pressed?: Pressed }
    const matched = matching(all, asked.filter, now)
    return { matched, found: ordered(ofLegend(matched, asked.pressed, now), asked.order) }
  }, [all, key, now])
  return { filter, order, key, ...lists }
}
