import ipaddr from 'ipaddr.js'
import { Problem } from '../../src/problem.ts'

/** The input of a condition. */
export interface Circumstances {
  readonly ip: string
  /** Epoch milliseconds. */
  readonly now: number
}

interface TimeWindow {
  after?: string
  before?: string
  start_hour?: number
  end_hour?: number
  timezone?: string
  days?: (string | number)[]
  days_of_week?: (string | number)[]
}

/** Two spellings of the same field; a window with both is invalid. */
const SPELLINGS = [
  ['after', 'start_hour'],
  ['before', 'end_hour'],
  ['days', 'days_of_week'],
] as const
const WINDOW_KEYS: readonly string[] = [...SPELLINGS.flat(), 'timezone']

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const CLOCK_TIME = /^([01]?\d|2[0-3]):([0-5]\d)$/

/** Whether every condition is met. An unknown key or value denies. */
export function conditionsHold(conditions: Record<string, unknown> | null, at: Circumstances): boolean {
  return unmet(conditions, at) === undefined
}

/** The name of the first condition that is not met; undefined if all of them are. */
export function unmet(conditions: Record<string, unknown> | null, at: Circumstances): string | undefined {
  return Object.entries(conditions ?? {}).find(([key, value]) => !holds(key, value, at))?.[0]
}

function holds(key: string, value: unknown, at: Circumstances): boolean {
  try {
    if (key === 'ip_allowlist') return inAnyRange(at.ip, value as string[])
    if (key === 'time_window') return inWindow(value as TimeWindow, at.now)
    return false
  } catch {
    return false
  }
}

/** @throws Problem `request.invalid` if a condition is invalid: a wrong range, zone or time of day */
export function checkConditions(conditions: { ip_allowlist?: string[] | undefined; time_window?: object | undefined }): void {
  if (conditions.ip_allowlist?.length === 0)
    throw fault('conditions.ip_allowlist', 'must list at least one address; leave it out for any')
  conditions.ip_allowlist?.forEach((range, index) => {
    if (!isRange(range)) throw fault(`conditions.ip_allowlist[${index}]`, 'must be an IP address or a CIDR range')
  })
  const window = conditions.time_window as TimeWindow | undefined
  if (!window) return
  for (const [one, other] of SPELLINGS) {
    if (window[one] !== undefined && window[other] !== undefined) {
      throw fault(`conditions.time_window.${other}`, `has the same meaning as ${one}; send only one of them`)
    }
  }
  const { after, before } = boundsOf(window)
  if (Number.isNaN(after)) throw fault('conditions.time_window.after', 'must be a time of day such as 09:00')
  if (Number.isNaN(before)) throw fault('conditions.time_window.before', 'must be a time of day such as 17:30')
  if (isEmpty(after, before)) {
    throw fault('conditions.time_window', 'is never open: it ends when it starts; for a whole day, leave both times out')
  }
  for (const name of ['days', 'days_of_week'] as const) {
    if (window[name]?.length === 0)
      throw fault(`conditions.time_window.${name}`, 'must list at least one day; leave it out for every day')
  }
  try {
    localTime(0, window.timezone)
  } catch {
    throw fault('conditions.time_window.timezone', 'must be an IANA time zone such as Europe/Berlin')
  }
}

function fault(path: string, message: string): Problem {
  return new Problem('request.invalid', `${path} ${message}.`, { fields: { [path]: message } })
}

/** Whether it parses as an address or a CIDR range, v4 or v6. */
export function isRange(range: string): boolean {
  if (range.includes(':')) return range.includes('/') ? ipaddr.IPv6.isValidCIDR(range) : ipaddr.IPv6.isValid(range)
  // Octal, hexadecimal and shortened forms mean different addresses in different programs.
  return range.includes('/') ? ipaddr.IPv4.isValidCIDRFourPartDecimal(range) : ipaddr.IPv4.isValidFourPartDecimal(range)
}

type Address = ipaddr.IPv4 | ipaddr.IPv6
type Range = readonly [base: Address, bits: number]

/** Whether an address is in any of the ranges; IPv4 mapped into IPv6 counts as IPv4. */
export function inAnyRange(ip: string, ranges: readonly string[]): boolean {
  const address = ipaddr.process(ip)
  return ranges.some(range => isWithin(address, parsed(range)))
}

/** The same for ranges that never change: they are parsed here, once. */
export function rangesOf(ranges: readonly string[]): (ip: string) => boolean {
  const all = ranges.map(parsed)
  return ip => {
    const address = ipaddr.process(ip)
    return all.some(range => isWithin(address, range))
  }
}

function isWithin(address: Address, [base, bits]: Range): boolean {
  return base.kind() === address.kind() && address.match([base, bits] as never)
}

function parsed(range: string): Range {
  if (range.includes('/')) return ipaddr.parseCIDR(range)
  const address = ipaddr.process(range)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

function inWindow(window: TimeWindow, now: number): boolean {
  const { after, before } = boundsOf(window)
  if (!isUnderstood(window) || Number.isNaN(after) || Number.isNaN(before)) return false
  const { minute, day } = localTime(now, window.timezone)
  const overnight = after > before
  const inside = overnight ? minute >= after || minute < before : minute >= after && minute < before
  // The small hours of an overnight window belong to the day on which it started.
  const startedOn = overnight && minute < before ? (day + 6) % 7 : day
  const days = window.days ?? window.days_of_week
  return inside && (!days || days.some(wanted => dayNumber(wanted) === startedOn))
}

function isUnderstood(window: TimeWindow): boolean {
  const twice = SPELLINGS.some(([one, other]) => window[one] !== undefined && window[other] !== undefined)
  return !twice && Object.keys(window).every(key => WINDOW_KEYS.includes(key))
}

/** Whether no minute of any day is between the two. */
function isEmpty(after: number, before: number): boolean {
  return after === before || (after === 24 * 60 && before === 0)
}

/** Minutes since midnight; NaN for a bound that is not a time of day. */
function boundsOf(window: TimeWindow): { after: number; before: number } {
  return {
    after: window.after === undefined ? minutesOfHour(window.start_hour ?? 0) : minutesOf(window.after),
    before: window.before === undefined ? minutesOfHour(window.end_hour ?? 24) : minutesOf(window.before),
  }
}

function minutesOfHour(hour: number): number {
  return Number.isInteger(hour) && hour >= 0 && hour <= 24 ? hour * 60 : Number.NaN
}

function minutesOf(time: string): number {
  if (time === '24:00') return 24 * 60
  const parts = CLOCK_TIME.exec(time)
  return parts ? Number(parts[1]) * 60 + Number(parts[2]) : Number.NaN
}

function dayNumber(day: string | number): number {
  return typeof day === 'number' ? day % 7 : DAYS.indexOf(day)
}

const formatters = new Map<string, Intl.DateTimeFormat>()
/** More than there are zones; their names have many spellings. */
const MAX_FORMATTERS = 1000

function localTime(now: number, timezone = 'UTC'): { minute: number; day: number } {
  let formatter = formatters.get(timezone)
  if (!formatter) {
    if (formatters.size >= MAX_FORMATTERS) formatters.clear()
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
    formatters.set(timezone, formatter)
  }
  const parts = Object.fromEntries(formatter.formatToParts(now).map(part => [part.type, part.value]))
  return {
    minute: Number(parts['hour']) * 60 + Number(parts['minute']),
    day: DAYS.indexOf(String(parts['weekday']).toLowerCase()),
  }
}
