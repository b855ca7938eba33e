import type { Problem } from '../problem.ts'

/** What is known of an answer beside its data. */
export interface Meta {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  /** The server's id of the request, for its logs. */
  readonly requestId?: string | undefined
  /** Of the last try, in milliseconds. */
  readonly durationMs: number
}

/** Either `data` or `error` is there. An operation without an answer has `data: undefined` and no error. */
export type Result<T> =
  | { readonly data: T; readonly error: null; readonly meta: Meta }
  | { readonly data: null; readonly error: Problem; readonly meta: Meta }
