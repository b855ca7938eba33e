/** A session ends this long after its last use: the last token it was asked for. */
export const IDLE_MS = 12 * 3_600_000

/** No session is used for longer than this. */
export const LONGEST_MS = 7 * 24 * 3_600_000
