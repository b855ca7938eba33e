/** A time in a table: exact for programs, relative for a person at a terminal. */
export interface Moment {
  /** RFC 3339. */
  readonly at: string
}

/** A cell for a time that can be absent. */
export function moment(at: string | undefined): Moment | undefined {
  return at === undefined ? undefined : { at }
}

export function isMoment(cell: unknown): cell is Moment {
  // Without this check, a list would match: it has a method of that name.
  return typeof cell === 'object' && cell !== null && 'at' in cell && typeof cell.at === 'string'
}

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]

/** A time relative to `now`, such as `5 min ago` or `in 3 days`; beyond two months the date. An invalid time is not changed. */
export function relative(at: string, now: number): string {
  const distance = Date.parse(at) - now
  const size = Math.abs(distance)
  if (Number.isNaN(distance)) return at
  if (size >= 60 * DAY) return at.slice(0, 10)
  if (size < MINUTE) return distance <= 0 ? 'just now' : 'in less than 1 min'
  const [count, unit] = size < HOUR ? [size / MINUTE, 'min'] : size < 2 * DAY ? [size / HOUR, 'h'] : [size / DAY, 'days']
  return distance < 0 ? `${Math.floor(count)} ${unit} ago` : `in ${Math.floor(count)} ${unit}`
}
