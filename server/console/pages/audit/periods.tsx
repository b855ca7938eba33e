import { Link } from '../../ui/link.tsx'
import { type Choices, named, type Period, sorted } from './period.ts'

/** In an address: the number of days, or that of hours; empty for the usual period. */
export type PeriodQuery = Readonly<Record<'days' | 'hours', string>>

interface PeriodsProps {
  choices: Choices
  chosen: Period
  addressOf(query: PeriodQuery): string
}

/** The choice of the period of a chart, which is in the address. */
export function Periods({ choices, chosen, addressOf }: PeriodsProps) {
  return (
    <ul className="chips" aria-label="Period">
      {sorted(choices).map(period => {
        const query = { days: '', hours: '', ...(period !== choices[0] && { [`${period.unit}s`]: String(period.count) }) }
        return (
          <li key={named(period)}>
            <Link to={addressOf(query)} className={period === chosen ? 'chip chip-on' : 'chip'} current={period === chosen}>
              {named(period)}
            </Link>
          </li>
        )
      })}
    </ul>
  )
}
