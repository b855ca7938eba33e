import { Problem } from '../../problem.ts'

const UNITS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** `30`, `30s`, `15m`, `12h`, `7d`, `2w` in milliseconds; a bare number is seconds. Throws `usage`. */
export function milliseconds(text: string): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)\s*([smhdw])?$/.exec(text.trim()) ?? []
  const ms = Number(amount) * (UNITS[unit] ?? Number.NaN)
  // Timers count in 32 bits: 24.8 days; a date may lie further away.
  if (!(ms > 0) || ms > 100 * 365 * 86_400_000) {
    throw new Problem('usage', `${JSON.stringify(text)} is not a duration.`, { hint: 'Write 30s, 15m, 12h, 7d or 2w.' })
  }
  return Math.round(ms)
}

/** The instant that lies a duration after `now`, RFC 3339. */
export function instantAfter(now: number, duration: string): string {
  return new Date(now + milliseconds(duration)).toISOString()
}

/** An instant a person wrote: RFC 3339, or a date, which means its first moment in UTC. Throws `usage`. */
export function instantOf(text: string): string {
  const whole = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i.test(whole) ? Date.parse(whole) : Number.NaN
  if (Number.isNaN(time)) {
    throw new Problem('usage', `${JSON.stringify(text)} is not a date.`, { hint: 'Write 2030-01-31 or 2030-01-31T12:00:00Z.' })
  }
  return new Date(time).toISOString()
}
