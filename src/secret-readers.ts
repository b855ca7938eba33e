/** A principal that can read a secret, or has read it; times are RFC 3339. */
export interface SecretReader {
  readonly name: string
  readonly last_read_at?: string | undefined
  /** Absent if it was not recorded. */
  readonly last_read_version?: number | undefined
}

/** A principal that has read a secret within this number of days counts as its user. */
export const RECENT_DAYS = 30

/**
 * The readers that a new value of a secret affects: those who read it recently, the latest first, and those who last read a version older
 * than the newest, and so could still use that one.
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
