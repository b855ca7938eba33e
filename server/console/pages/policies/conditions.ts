import type { Contract } from '../../../../src/contract/all.ts'

export type Conditions = NonNullable<Contract['policies.create']['body']['conditions']>

export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Day = (typeof DAYS)[number]

export const DAY_NAMES: Readonly<Record<Day, string>> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
}

/** Conditions in the form's shape: one spelling of each, and absent ones empty. */
export interface Limits {
  readonly ips: readonly string[]
  readonly after: string
  readonly before: string
  readonly days: readonly Day[]
  readonly timezone: string
}

export const NO_LIMITS: Limits = { ips: [], after: '', before: '', days: [], timezone: '' }

/** Reads stored conditions; undefined if one of them is unknown to these pages. */
export function limitsOf(stored: Readonly<Record<string, unknown>> = {}): Limits | undefined {
  const { ip_allowlist, time_window, ...unknown } = stored as Conditions
  const { after, start_hour, before, end_hour, days, days_of_week, timezone, ...odd } = time_window ?? {}
  if (Object.keys(unknown).length > 0 || Object.keys(odd).length > 0) return undefined
  return {
    ips: ip_allowlist ?? [],
    after: after ?? hour(start_hour),
    before: before ?? hour(end_hour),
    days: daysOf(days ?? days_of_week ?? []),
    timezone: timezone ?? '',
  }
}

function hour(count: number | undefined): string {
  return count === undefined ? '' : `${String(count).padStart(2, '0')}:00`
}

/** Numbers count from Sunday, which is 0 and 7. */
function daysOf(stored: readonly (Day | number)[]): Day[] {
  const named = stored.map(day => (typeof day === 'number' ? DAYS[(day + 6) % 7] : day))
  return DAYS.filter(day => named.includes(day))
}

/** The form's conditions; fields are read by name. */
export function limitsFrom(entry: (name: string) => string): Limits {
  return {
    ips: entry('ips')
      .split(/[\s,]+/)
      .filter(Boolean),
    after: entry('after'),
    before: entry('before'),
    days: DAYS.filter(day => entry(day) === 'on'),
    timezone: entry('timezone').trim(),
  }
}

/** The same in the server's form; `null` if nothing is restricted. */
export function conditionsOf({ ips, after, before, days, timezone }: Limits): Conditions | null {
  const timed = after !== '' || before !== '' || days.length > 0
  if (ips.length === 0 && !timed) return null
  const window = {
    ...(after !== '' && { after }),
    ...(before !== '' && { before }),
    ...(days.length > 0 && { days: [...days] }),
    ...(timezone !== '' && { timezone }),
  }
  return { ...(ips.length > 0 && { ip_allowlist: [...ips] }), ...(timed && { time_window: window }) }
}

/** Conditions as sentences, one for each kind; none when nothing is limited. */
export function inWords({ ips, after, before, days, timezone }: Limits): string[] {
  const when = [days.length > 0 && dayRange(days), hours(after, before)].filter(Boolean).join(', ')
  return [...(ips.length > 0 ? [`Only from ${ips.join(', ')}`] : []), ...(when ? [`Only ${when} (${timezone || 'UTC'})`] : [])]
}

function hours(after: string, before: string): string {
  if (after === '' && before === '') return ''
  if (before === '') return `from ${after}`
  if (after === '') return `until ${before}`
  return `${after} to ${before}${after > before ? ' of the next day' : ''}`
}

/** `Monday to Friday` if they are consecutive, otherwise each of them. */
function dayRange(days: readonly Day[]): string {
  const [first, last] = [days[0], days.at(-1)]
  if (!first || !last) return ''
  const isRow = days.length > 2 && DAYS.indexOf(last) - DAYS.indexOf(first) === days.length - 1
  return isRow ? `${DAY_NAMES[first]} to ${DAY_NAMES[last]}` : days.map(day => DAY_NAMES[day]).join(', ')
}
