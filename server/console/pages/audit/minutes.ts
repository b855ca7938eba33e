/** The events of a minute. */
export interface Minute {
  /** Minutes since 1970. */
  readonly minute: number
  readonly count: number
}

const MINUTE_MS = 60_000

/**
 * The running minute and those before it, oldest first, of which all events are in the list: it is newest first and, unless it is complete, the
 * minute of its last event may have more.
 */
export function minutesOf(
  events: readonly { readonly created_at: string }[],
  now: number,
  isComplete: boolean,
  most: number,
): Minute[] {
  const running = Math.floor(now / MINUTE_MS)
  const minutes = events.map(({ created_at: at }) => Math.floor(Date.parse(at) / MINUTE_MS))
  const last = minutes.at(-1)
  const from = Math.max(running - most + 1, isComplete || last === undefined ? 0 : Math.min(running, last + 1))
  return Array.from({ length: running - from + 1 }, (_, at) => ({
    minute: from + at,
    count: minutes.filter(minute => minute === from + at).length,
  }))
}

/** `3 events this minute, 12 in the 4 minutes before`. */
export function minutesFinding(minutes: readonly Minute[]): string {
  const now = minutes.at(-1)?.count ?? 0
  const before = minutes.slice(0, -1)
  const sum = before.reduce((all, { count }) => all + count, 0)
  const running = `${now.toLocaleString()} ${now === 1 ? 'event' : 'events'} this minute`
  if (before.length === 0) return running
  return `${running}, ${sum.toLocaleString()} in the ${before.length === 1 ? 'minute' : `${before.length} minutes`} before`
}
