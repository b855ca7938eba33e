const STEPS = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
] as const

/** A wait in words, rounded up so that it is never promised too short: `in 15 minutes`, `in 8 seconds`. */
export function inSeconds(seconds: number): string {
  if (seconds < 60) return amount(Math.max(1, Math.ceil(seconds)), 'second')
  if (seconds < 3_600) return amount(Math.ceil(seconds / 60), 'minute')
  return amount(Math.ceil(seconds / 3_600), 'hour')
}

function amount(count: number, unit: 'second' | 'minute' | 'hour'): string {
  return `in ${count} ${unit}${count === 1 ? '' : 's'}`
}

/** How long ago it was: `Just now`, `2 minutes ago`. Clocks that differ a little never put it in the future. */
export function ago(then: Date, now: Date): string {
  const seconds = Math.max(0, (now.getTime() - then.getTime()) / 1_000)
  for (const step of STEPS) {
    const count = Math.floor(seconds / step.seconds)
    if (count >= 1) return `${count} ${step.unit}${count === 1 ? '' : 's'} ago`
  }
  return 'Just now'
}

/** How long it is until then: `In 7 days`; rounded up, and `Now` once it is over. */
export function until(then: Date, now: Date): string {
  const seconds = (then.getTime() - now.getTime()) / 1_000
  if (seconds <= 0) return 'Now'
  const days = Math.ceil(seconds / 86_400)
  const text = seconds < 86_400 ? inSeconds(seconds) : `in ${days} day${days === 1 ? '' : 's'}`
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** The time that is left until then: `30 days`, `5 hours`; rounded up, and undefined once it is over. */
export function remaining(then: Date, now: Date): string | undefined {
  return then > now ? until(then, now).replace(/^In /, '') : undefined
}

/** Whole days from `now` until `then`, rounded down: 0 on the last day, negative once it is over. */
export function daysUntil(then: Date, now: Date): number {
  return Math.floor((then.getTime() - now.getTime()) / 86_400_000)
}
