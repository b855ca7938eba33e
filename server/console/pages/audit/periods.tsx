import { Link } from '../../ui/link.tsx'

interface PeriodsProps {
  /** Numbers of days. */
  choices: readonly number[]
  chosen: number
  addressOf(days: number): string
}

/** The choice of the days of a chart, which is in the address. */
export function Periods({ choices, chosen, addressOf }: PeriodsProps) {
  return (
    <ul className="chips" aria-label="Period">
      {choices.map(days => (
        <li key={days}>
          <Link to={addressOf(days)} className={days === chosen ? 'chip chip-on' : 'chip'} current={days === chosen}>
            {days} days
          </Link>
        </li>
      ))}
    </ul>
  )
}

/** The number of days in an address, if it is one of the choices; the first one otherwise. */
export function periodIn(text: string | undefined, choices: readonly [number, ...number[]]): number {
  return choices.find(days => String(days) === text) ?? choices[0]
}
