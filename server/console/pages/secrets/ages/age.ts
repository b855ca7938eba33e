/** The fields of a secret that its square shows. */
export interface Aged {
  readonly id: string
  readonly vault_id: string
  readonly vault_name: string
  readonly path: string
  readonly created_at: string
  readonly expires_at?: string | undefined
  readonly last_read_at?: string | undefined
}

const DAY_MS = 86_400_000
export const OLD_DAYS = 90
const SOON_DAYS = 30

/** Whole days since the value was written. */
export function ageOf({ created_at }: Pick<Aged, 'created_at'>, now: number): number {
  return Math.floor((now - Date.parse(created_at)) / DAY_MS)
}

/** Whole days until it expires, a part of a day counted as one. */
export function daysLeft(expires_at: string, now: number): number {
  return Math.ceil((Date.parse(expires_at) - now) / DAY_MS)
}

/** Whether it expires within this number of days, and has not expired yet. */
export function endsWithin({ expires_at }: Pick<Aged, 'expires_at'>, days: number, now: number): boolean {
  if (expires_at === undefined) return false
  const left = Date.parse(expires_at) - now
  return left > 0 && left <= days * DAY_MS
}

export function endsSoon(secret: Pick<Aged, 'expires_at'>, now: number): boolean {
  return endsWithin(secret, SOON_DAYS, now)
}

/** Whether nobody read it in the last 90 days. */
export function isUnread({ last_read_at }: Pick<Aged, 'last_read_at'>, now: number): boolean {
  return last_read_at === undefined || now - Date.parse(last_read_at) > OLD_DAYS * DAY_MS
}

/** The last day of each shade but the darkest. */
const SHADES = [7, 30, OLD_DAYS] as const

/** From 0, new, to 3, old. */
export function shadeOf(age: number): number {
  const shade = SHADES.findIndex(limit => age <= limit)
  return shade < 0 ? SHADES.length : shade
}

export function days(count: number): string {
  if (count === 0) return 'less than a day'
  return count === 1 ? '1 day' : `${count.toLocaleString()} days`
}

/** The finding about secrets, in a sentence. */
export function findingOf(secrets: readonly Aged[], now: number): string {
  if (secrets.length === 0) return 'No secret matches.'
  const unread = secrets.filter(secret => isUnread(secret, now)).length
  return `${withoutReads(secrets, now)}; ${unread.toLocaleString()} ${unread === 1 ? 'was' : 'were'} not read in 90 days.`
}

/** The same of a list that does not say when its secrets were read. */
export function ageFindingOf(secrets: readonly Pick<Aged, 'created_at' | 'expires_at'>[], now: number): string {
  return `${withoutReads(secrets, now)}.`
}

function withoutReads(secrets: readonly Pick<Aged, 'created_at' | 'expires_at'>[], now: number): string {
  const old = secrets.filter(secret => ageOf(secret, now) > OLD_DAYS).length
  const ending = secrets.filter(secret => endsSoon(secret, now)).length
  const share = Math.round((old * 100) / secrets.length)
  const values = secrets.length === 1 ? '1 value is' : `${secrets.length.toLocaleString()} values are`
  return `${share} % of ${values} older than 90 days; ${ending.toLocaleString()} ${ending === 1 ? 'expires' : 'expire'} within 30 days`
}
