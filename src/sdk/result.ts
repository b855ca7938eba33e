import type { Problem } from '../problem.ts'

/** The information about a reply in addition to its data. */
export interface Meta {
  /** HTTP status; 0 without a reply. */
  readonly status: number
  /** The server's id of the request, for its logs. */
  readonly requestId?: string | undefined
  /** The duration of the last attempt, in milliseconds. */
  readonly durationMs: number
}

/** Has either `data` or `error`. An operation without a reply body has `data: undefined` and no error. */
export type Result<T> =
  | { readonly data: T; readonly error: null; readonly meta: Meta }
  | { readonly data: null; readonly error: Problem; readonly meta: Meta }
