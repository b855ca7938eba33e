import { type KeyboardEvent, type RefObject, useRef, useState } from 'react'

const MOVES: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
}

interface Stops {
  readonly ref: RefObject<SVGSVGElement | null>
  onKeyDown(event: KeyboardEvent): void
  /** The attributes of a stop, by its place in the document. */
  stop(place: number): Stop
}

export interface Stop {
  readonly 'data-stop': string
  readonly tabIndex: number
  onFocus(): void
}

/** The things in a picture that take the focus: Tab enters at one of them, arrows move. */
export function useStops(count: number, first = 0): Stops {
  const ref = useRef<SVGSVGElement>(null)
  const [at, goTo] = useState(first)
  const here = Math.max(0, Math.min(at, count - 1))
  const onKeyDown = (event: KeyboardEvent) => {
    const step = MOVES[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = Math.min(count - 1, Math.max(0, here + step))
    goTo(next)
    ref.current?.querySelectorAll<SVGElement>('[data-stop]')[next]?.focus()
  }
  const stop = (place: number) => ({ 'data-stop': '', tabIndex: place === here ? 0 : -1, onFocus: () => goTo(place) })
  return { ref, onKeyDown, stop }
}
