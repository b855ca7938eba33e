import { Problem } from '../../../problem.ts'
import type { Profile } from '../../context/settings.ts'
import type { CacheFlags } from '../../flags/value-flags.ts'
import { milliseconds } from '../../input/duration.ts'
import { howMany } from '../../output/how-many.ts'
import { KEPT_AT_MOST_MS } from './contents.ts'

/**
 * When the cache is used: `only`, `first` (while recent enough), `last` (if the server is unreachable), or not at all, while reads are
 * stored (`keep`).
 */
export interface Plan {
  readonly mode: 'only' | 'first' | 'last' | 'keep'
  readonly maxAgeMs: number
  /** The limit as it was written. */
  readonly maxAge: string
}

const KEPT_AT_MOST = '7d'
const FIRST = '1h'

/**
 * Undefined if nothing is cached, which is the default.
 * @throws Problem `usage` for flags that cannot be combined
 */
export function cachePlan(flags: CacheFlags, { cache }: Pick<Profile, 'cache'>): Plan | undefined {
  const { offline, 'prefer-offline': prefers, 'cache-max-age': age } = flags
  if (offline && prefers) throw new Problem('usage', '--offline and --prefer-offline cannot be combined.')
  if (offline) return planOf('only', age ?? KEPT_AT_MOST)
  if (prefers) return planOf('first', age ?? FIRST)
  if (age !== undefined) return planOf('last', age)
  return cache === 'on' ? planOf('keep', KEPT_AT_MOST) : undefined
}

function planOf(mode: Plan['mode'], maxAge: string): Plan {
  const maxAgeMs = milliseconds(maxAge)
  if (maxAgeMs > KEPT_AT_MOST_MS) throw new Problem('usage', '--cache-max-age is 7d at most: nothing is cached for longer.')
  return { mode, maxAgeMs, maxAge }
}

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000]

/** When an entry was cached and its age, for people: `14:02, 12 minutes old`; with the date if that was another day. */
export function ofTime(at: number, now: number): string {
  const [then, today] = [at, now].map(ms => localTime(new Date(ms)))
  const when = then?.day === today?.day ? then?.time : `${then?.day} ${then?.time}`
  return `${when}, ${ageOf(Math.max(0, now - at))} old`
}

function localTime(date: Date): { readonly day: string; readonly time: string } {
  const two = (figure: number) => String(figure).padStart(2, '0')
  return {
    day: `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`,
    time: `${two(date.getHours())}:${two(date.getMinutes())}`,
  }
}

function ageOf(ms: number): string {
  if (ms < MINUTE) return 'less than a minute'
  const [size, unit] = ms < HOUR ? [MINUTE, 'minute'] : ms < 2 * DAY ? [HOUR, 'hour'] : [DAY, 'day']
  const count = Math.floor(ms / size)
  return howMany(count, unit)
}
