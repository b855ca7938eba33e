const DAY_MS = 24 * 3_600_000

/** `2030-01-31 12:00 UTC`. */
export function minute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** A duration in the largest unit that divides it: `2 days`, `90 minutes`. */
export function howLong(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms % each === 0 && ms >= each) ?? (['second', 1000] as const)
  const count = Math.ceil(ms / size)
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`
}

const UNITS = [
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const
