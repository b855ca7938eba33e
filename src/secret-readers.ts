/** Somebody who can read a secret, or did; times are RFC 3339. */
export interface SecretReader {
  readonly name: string
  readonly last_read_at?: string | undefined
  /** Absent where that was not kept. */
  readonly last_read_version?: number | undefined
}

/** Days within which somebody who read a secret is taken to use it. */
export const RECENT_DAYS = 30

/**
 * Whom a new value of a secret concerns: those who read it of late, the latest first, and those who last read a version before the
 * newest, and so may hold that one.
 * @param newest the number of the newest version
 * @param now epoch milliseconds
 */
export function concernedBy<Reader extends SecretReader>(readers: readonly Reader[], newest: number | undefined, now: number) {
  const since = now - RECENT_DAYS * 86_400_000
  const at = ({ last_read_at = '' }: Reader) => Date.parse(last_read_at)
  const recent = readers.filter(reader => at(reader) >= since).toSorted((one, other) => at(other) - at(one))
  const behind = readers.filter(({ last_read_version: version }) => version !== undefined && version < (newest ?? 0))
  return { recent, behind }
}
