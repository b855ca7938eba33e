import { type ReactNode, startTransition, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
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

/** The map of ages for a list whose address has its state. It follows what is typed into the list's field after a pause. */
export function useAgeMap({ secrets, all, now, query, change }: Mapped): ReactNode {
  const typed = query.get('q') ?? ''
  const pictured = useDeferredValue(useSettled(secrets, typed))
  const counted = useDeferredValue(useSettled(all, typed))
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

/** Longer than from key to key. */
const PAUSE_MS = 350

/** The value as it was before somebody typed, until a pause. */
function useSettled<T>(value: T, typed: string): T {
  const [settled, settle] = useState(typed)
  useEffect(() => {
    if (typed === settled) return undefined
    const timer = setTimeout(() => startTransition(() => settle(typed)), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [typed, settled])
  const [held, hold] = useState(value)
  if (typed !== settled) return held
  if (held !== value) hold(value)
  return value
}
