import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react'
import { isForBrowser, navigate } from '../location.ts'

interface DayStripProps {
  days: readonly string[]
  /** The label of a day, with its numbers. */
  labelOf(day: string): string
  /** `part`: the distance of the pointer from the top of the day, from 0 to 1. */
  addressOf(day: string, part?: number): string
  /** Called with the day that has the pointer or the focus, and without one when neither is in the picture. */
  onPoint(day: string | undefined): void
  /** Called when several days are selected, by dragging or with Shift and the arrows. */
  onChoose?: ((from: string, to: string) => void) | undefined
}

/** A range of days, by their indexes; `from` is the day where the selection started. */
interface Part {
  readonly from: number
  readonly to: number
}

/** A link over each bar of a chart. Tab enters, arrows move, Enter opens; dragging, or Shift and the arrows, selects several. */
export function DayStrip({ days, labelOf, addressOf, onPoint, onChoose }: DayStripProps) {
  const [at, goTo] = useState(days.length - 1)
  const [part, choose] = useState<Part | null>(null)
  const pressed = useRef(false)
  const links = useRef<(HTMLAnchorElement | null)[]>([])
  useEffect(() => {
    const release = () => {
      pressed.current = false
    }
    addEventListener('pointerup', release)
    return () => removeEventListener('pointerup', release)
  }, [])

  const finish = ({ from, to }: Part) => {
    choose(null)
    const [first, last] = [days[Math.min(from, to)], days[Math.max(from, to)]]
    if (first !== undefined && last !== undefined) onChoose?.(first, last)
  }
  const move = (event: KeyboardEvent, step: number) => {
    event.preventDefault()
    const next = Math.min(days.length - 1, Math.max(0, at + step))
    if (onChoose) choose(event.shiftKey ? { from: part?.from ?? at, to: next } : null)
    goTo(next)
    links.current[next]?.focus()
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') move(event, -1)
    else if (event.key === 'ArrowRight') move(event, 1)
    else if (event.key === 'Home') move(event, -days.length)
    else if (event.key === 'End') move(event, days.length)
    else if (event.key === 'Escape') choose(null)
    else if (event.key === 'Enter' && part && part.from !== part.to) {
      event.preventDefault()
      finish(part)
    }
  }
  const follow = (event: MouseEvent<HTMLAnchorElement>, day: string) => {
    if (isForBrowser(event)) return
    event.preventDefault()
    const { top, height } = event.currentTarget.getBoundingClientRect()
    // The keyboard opens the whole day.
    navigate(event.detail > 0 ? addressOf(day, (event.clientY - top) / height) : addressOf(day))
  }
  const isChosen = (place: number) =>
    part !== null && place >= Math.min(part.from, part.to) && place <= Math.max(part.from, part.to)
  return (
    <ol className="chart-days" onPointerLeave={() => onPoint(undefined)} onBlur={() => onPoint(undefined)}>
      {days.map((day, place) => (
        <li key={day}>
          <a
            ref={link => {
              links.current[place] = link
            }}
            href={addressOf(day)}
            className={isChosen(place) ? 'chart-day chart-day-chosen' : 'chart-day'}
            tabIndex={place === at ? 0 : -1}
            draggable={false}
            onFocus={() => {
              goTo(place)
              onPoint(day)
            }}
            onKeyDown={press}
            onClick={event => follow(event, day)}
            onPointerDown={event => {
              if (event.button !== 0 || !onChoose) return
              pressed.current = true
              choose({ from: place, to: place })
            }}
            onPointerEnter={() => {
              onPoint(day)
              if (pressed.current && part) choose({ ...part, to: place })
            }}
            onPointerUp={() => {
              if (pressed.current && part && part.from !== place) finish({ ...part, to: place })
              else choose(null)
            }}
          >
            <span className="only-heard">
              {labelOf(day)}
              {isChosen(place) && ', chosen'}
            </span>
          </a>
        </li>
      ))}
    </ol>
  )
}
