import type { Unit } from '../../ui/chart/days.ts'

/** The newest days or hours that a chart shows. */
export interface Period {
  readonly unit: Unit
  readonly count: number
}

/** At least one; the first is the usual one, which the address does not name. */
export type Choices = readonly [Period, ...Period[]]

/** So many of the newest days, each with a bar. */
export const days = (count: number): Period => ({ unit: 'day', count })

/** The newest 24 hours, each with a bar. */
export const ONE_DAY: Period = { unit: 'hour', count: 24 }

/** The period in an address, if it is one of the choices; the first one otherwise. */
export function periodIn(query: { days?: string | undefined; hours?: string | undefined }, choices: Choices): Period {
  return choices.find(({ unit, count }) => query[`${unit}s`] === String(count)) ?? choices[0]
}

/** `24 hours`, `14 days`. */
export function named({ unit, count }: Period): string {
  return `${count} ${unit}s`
}

/** The shortest first. */
export function sorted(choices: Choices): readonly Period[] {
  return choices.toSorted((one, other) => hoursIn(one) - hoursIn(other))
}

function hoursIn({ unit, count }: Period): number {
  return unit === 'hour' ? count : count * 24
}
