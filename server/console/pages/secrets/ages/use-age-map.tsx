import { type ReactNode, useDeferredValue, useMemo, useRef } from 'react'
import type { Aged } from './age.ts'
import { AgeMap } from './age-map.tsx'
import { pressedOf, textOf } from './legend.ts'

interface Mapped {
  /** In the picture, by vault and path. */
  readonly secrets: readonly Aged[]
  /** The same without the filter of the legend. */
  readonly all: readonly Aged[]
  readonly now: number
  readonly query: URLSearchParams
  change(entries: Readonly<Record<string, string>>): void
}

/** The map of ages for a list whose address has its state. It is drawn again when it changes and there is time, not at every key press. */
export function useAgeMap({ secrets, all, now, query, change }: Mapped): ReactNode {
  const pictured = useDeferredValue(secrets)
  const counted = useDeferredValue(all)
  const mapped = textOf(pressedOf(query))
  const latest = useRef(change)
  latest.current = change
  return useMemo(
    () => (
      <AgeMap
        secrets={pictured}
        all={counted}
        now={now}
        pressed={pressedOf(new URLSearchParams({ map: mapped }))}
        onPress={pressed => latest.current({ map: textOf(pressed), page: '' })}
      />
    ),
    [pictured, counted, now, mapped],
  )
}
